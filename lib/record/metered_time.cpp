#include "record/metered_time.h"

#include <algorithm>

namespace assay {

MeteredTime::MeteredTime(const EnergyTotals& energy) {
  for (const auto& [key, series] : energy.series) {
    for (const auto& [attempt, span] : series.spans) {
      const auto [found, is_new] = spans_.try_emplace(attempt, span);
      if (is_new) continue;
      found->second.begin_unix_s = std::max(found->second.begin_unix_s, span.begin_unix_s);
      found->second.end_unix_s = std::min(found->second.end_unix_s, span.end_unix_s);
    }
  }
}

double MeteredTime::share(const StepRecord& step) const {
  const auto found = spans_.find(step.attempt);
  if (found == spans_.end()) return 0;
  const EnergyTotals::Span& span = found->second;
  const double end = step.time_unix_s;
  const double wall = step.profile.wall.value();
  if (wall <= 0) return end >= span.begin_unix_s && end <= span.end_unix_s ? 1 : 0;
  const double inside = std::min(end, span.end_unix_s) - std::max(end - wall, span.begin_unix_s);
  return std::clamp(inside / wall, 0.0, 1.0);
}

}  // namespace assay
