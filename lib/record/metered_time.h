#pragma once

#include <map>

#include "record/energy_totals.h"
#include "record/step_record.h"

namespace assay {

/// When the energy of a run was read: in each process from the first to the last sample that every
/// one of its series has. Joules outside of it are not known, and no step there may be given any.
class MeteredTime {
 public:
  explicit MeteredTime(const EnergyTotals& energy);

  /// The part of a step that lies in it, 0 to 1.
  [[nodiscard]] double share(const StepRecord& step) const;

 private:
  std::map<int, EnergyTotals::Span> spans_;  ///< by process of the run
};

}  // namespace assay
