#include "metrics/mixture_metrics.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>
#include <string>
#include <vector>

namespace assay {
namespace {

constexpr size_t kMostLayersApart = 12;
constexpr size_t kMostExpertsApart = 64;

using Loads = std::vector<std::vector<int64_t>>;

/// The layer's number in the model; its place among the mixture layers in a record without it.
std::string layer_name(const StepRecord& step, size_t row) {
  if (row < step.router.size() && step.router[row].layer) {
    return std::to_string(*step.router[row].layer);
  }
  return "mixture_" + std::to_string(row);
}

bool shows_experts(const Loads& loads) {
  size_t count = 0;
  for (const std::vector<int64_t>& load : loads) count += load.size();
  return count <= kMostExpertsApart;
}

void show_loads(const StepRecord& step, MetricsRegistry& registry) {
  const bool with_experts = shows_experts(step.tokens_per_expert);
  for (size_t layer = 0; layer < step.tokens_per_expert.size(); ++layer) {
    const std::vector<int64_t>& load = step.tokens_per_expert[layer];
    const auto total = std::accumulate(load.begin(), load.end(), int64_t{0});
    if (total == 0) continue;
    const double mean = static_cast<double>(total) / static_cast<double>(load.size());
    const auto [least, most] = std::ranges::minmax(load);
    const std::string name = layer_name(step, layer);
    registry.set(Metric::kMoeLoadMax, {name}, static_cast<double>(most) / mean);
    registry.set(Metric::kMoeLoadMin, {name}, static_cast<double>(least) / mean);
    if (load.size() > 1 && layer < step.router.size()) {
      registry.set(
          Metric::kMoeLoadEntropy, {name},
          step.router[layer].load_entropy_nats / std::log(static_cast<double>(load.size())));
    }
    for (size_t expert = 0; with_experts && expert < load.size(); ++expert) {
      registry.set(Metric::kMoeExpertLoad, {name, std::to_string(expert)},
                   static_cast<double>(load[expert]) / mean);
    }
  }
}

/// What is shown of one router, or of all.
struct RouterFigures {
  double mean_violation = 0;
  double score_entropy = 0;
  int64_t choices = 0;
  int64_t dropped = 0;
  std::optional<double> largest_bias;
};

RouterFigures figures_of(const StepRecord& step, size_t layer) {
  const RouterStats& router = step.router[layer];
  const std::vector<int64_t>& load = step.tokens_per_expert[layer];
  RouterFigures figures{.mean_violation = router.mean_violation,
                        .score_entropy = router.score_entropy_nats,
                        .choices = std::accumulate(load.begin(), load.end(), int64_t{0}),
                        .dropped = router.dropped,
                        .largest_bias = {}};
  for (const double bias : router.bias) {
    figures.largest_bias = std::max(figures.largest_bias.value_or(0), std::abs(bias));
  }
  return figures;
}

RouterFigures figures_of_all(const StepRecord& step) {
  RouterFigures all;
  const auto num_layers = static_cast<double>(step.router.size());
  for (size_t layer = 0; layer < step.router.size(); ++layer) {
    const RouterFigures one = figures_of(step, layer);
    all.mean_violation += one.mean_violation / num_layers;
    all.score_entropy += one.score_entropy / num_layers;
    all.choices += one.choices;
    all.dropped += one.dropped;
    if (one.largest_bias) {
      all.largest_bias = std::max(all.largest_bias.value_or(0), *one.largest_bias);
    }
  }
  return all;
}

void show_router(const std::string& layer, const RouterFigures& figures,
                 MetricsRegistry& registry) {
  registry.set(Metric::kMoeMeanViolation, {layer}, figures.mean_violation);
  registry.set(Metric::kMoeScoreEntropy, {layer}, figures.score_entropy);
  if (figures.largest_bias) registry.set(Metric::kMoeBiasMax, {layer}, *figures.largest_bias);
  registry.add(Metric::kMoeChoices, {layer}, static_cast<double>(figures.choices));
  registry.add(Metric::kMoeDropped, {layer}, static_cast<double>(figures.dropped));
}

}  // namespace

void show_mixture(const StepRecord& step, MetricsRegistry& registry) {
  show_loads(step, registry);
  if (step.router.size() > kMostLayersApart) {
    show_router("all", figures_of_all(step), registry);
    return;
  }
  for (size_t layer = 0; layer < step.router.size(); ++layer) {
    show_router(layer_name(step, layer), figures_of(step, layer), registry);
  }
}

}  // namespace assay
