#include "record/router_stats.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace assay {

RouterStats router_stats(std::span<const int64_t> tokens_per_expert) {
  RouterStats stats;
  const auto total = static_cast<double>(
      std::accumulate(tokens_per_expert.begin(), tokens_per_expert.end(), int64_t{0}));
  if (total <= 0) return stats;
  const auto num_experts = static_cast<double>(tokens_per_expert.size());
  for (const int64_t load : tokens_per_expert) {
    const double share = static_cast<double>(load) / total;
    if (load > 0) stats.load_entropy_nats -= share * std::log(share);
    const double violation = share * num_experts - 1;
    stats.max_violation = std::max(stats.max_violation, violation);
    stats.mean_violation += std::abs(violation) / num_experts;
  }
  return stats;
}

}  // namespace assay
