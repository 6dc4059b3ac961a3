#include "energy/power_integral.h"

#include <utility>

namespace assay {

bool PowerIntegral::add(double time_unix_s, Watts power) {
  const std::optional<Reading> before = std::exchange(last_, Reading{time_unix_s, power});
  if (!before) return true;
  const Seconds gap(time_unix_s - before->time_unix_s);
  if (gap < Seconds(0) || gap > max_gap_) return false;
  energy_ += 0.5 * (before->power + power) * gap;
  return true;
}

}  // namespace assay
