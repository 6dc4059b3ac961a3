#pragma once

#include <map>
#include <vector>

#include "record/step_record.h"

namespace assay {

/// When the energy of a run was read: in each process from the first to the last sample that every
/// one of its series has. Joules outside of it are not known, and no step there may be given any.
class MeteredTime {
 public:
  /// `samples` of a run, in order of time for each series.
  explicit MeteredTime(const std::vector<EnergySample>& samples);

  /// The part of a step that lies in it, 0 to 1.
  [[nodiscard]] double share(const StepRecord& step) const;

 private:
  struct Span {
    double begin_unix_s;
    double end_unix_s;
  };
  std::map<int, Span> spans_;  ///< by process of the run
};

}  // namespace assay
