#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "units/quantity.h"

namespace assay {

/// Times of which quantiles are asked for, in bounded memory. Up to kExact of them are kept as they
/// are; beyond that they are added up in classes 0.012 % wide and a quantile is the mean of its
/// class.
class StepTimes {
 public:
  static constexpr size_t kExact = size_t{1} << 17;

  void add(Seconds time);
  [[nodiscard]] int64_t count() const { return count_; }
  /// The smallest time that `share` of them do not exceed; nothing where there are none.
  [[nodiscard]] std::optional<Seconds> quantile(double share) const;

 private:
  struct Class {
    int64_t count = 0;
    Seconds sum;
  };

  void add_to_class(Seconds time);

  int64_t count_ = 0;
  std::vector<Seconds> times_;         ///< while there are at most kExact
  std::map<uint64_t, Class> classes_;  ///< by the leading bits of the time
};

}  // namespace assay
