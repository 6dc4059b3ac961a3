#include "metrics/mixture_metrics.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>
#include <string>
#include <vector>

namespace assay {
namespace {

void show_loads(const StepRecord& step, MetricsRegistry& registry) {
  for (size_t layer = 0; layer < step.tokens_per_expert.size(); ++layer) {
    const std::vector<int64_t>& load = step.tokens_per_expert[layer];
    const auto total = std::accumulate(load.begin(), load.end(), int64_t{0});
    if (total == 0) continue;
    const double mean = static_cast<double>(total) / static_cast<double>(load.size());
    const auto [least, most] = std::ranges::minmax(load);
    const std::string name = std::to_string(layer);
    registry.set(Metric::kMoeLoadMax, {name}, static_cast<double>(most) / mean);
    registry.set(Metric::kMoeLoadMin, {name}, static_cast<double>(least) / mean);
    if (load.size() > 1 && layer < step.router.size()) {
      registry.set(
          Metric::kMoeLoadEntropy, {name},
          step.router[layer].load_entropy_nats / std::log(static_cast<double>(load.size())));
    }
  }
}

// One series for all layers: a model may have a hundred of them.
void show_routers(const std::vector<RouterStats>& routers, MetricsRegistry& registry) {
  if (routers.empty()) return;
  const auto num_layers = static_cast<double>(routers.size());
  double violation = 0;
  double entropy = 0;
  int64_t dropped = 0;
  std::optional<double> bias;
  for (const RouterStats& router : routers) {
    violation += router.mean_violation / num_layers;
    entropy += router.score_entropy_nats / num_layers;
    dropped += router.dropped;
    for (const double one : router.bias) bias = std::max(bias.value_or(0), std::abs(one));
  }
  registry.set(Metric::kMoeMeanViolation, {}, violation);
  registry.set(Metric::kMoeScoreEntropy, {}, entropy);
  if (bias) registry.set(Metric::kMoeBiasMax, {}, *bias);
  registry.add(Metric::kMoeDropped, {}, static_cast<double>(dropped));
}

}  // namespace

void show_mixture(const StepRecord& step, MetricsRegistry& registry) {
  show_loads(step, registry);
  show_routers(step.router, registry);
}

}  // namespace assay
