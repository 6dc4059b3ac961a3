#include "record/run_summary.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace assay {
namespace {

// The smallest time that `share` of the steps do not exceed.
Seconds quantile(std::vector<Seconds>& walls, double share) {
  const auto last = static_cast<double>(walls.size() - 1);
  const auto rank = static_cast<std::ptrdiff_t>(std::ceil(share * last));
  std::nth_element(walls.begin(), walls.begin() + rank, walls.end());
  return walls[static_cast<size_t>(rank)];
}

void add_rates(const RunRecord& record, RunSummary& summary) {
  std::array<Seconds, kPhases.size()> phases{};
  std::vector<Seconds> walls;
  for (const StepRecord& step : record.steps) {
    if (step.warmup) continue;
    walls.push_back(step.profile.wall);
    summary.timed_wall += step.profile.wall;
    summary.timed_tokens += step.tokens;
    for (size_t i = 0; i < phases.size(); ++i) phases[i] += step.profile.phases[i];
  }
  if (walls.empty() || summary.timed_wall <= Seconds(0)) return;
  summary.tokens_per_second = summary.timed_tokens / summary.timed_wall;
  summary.median_step = quantile(walls, 0.5);
  summary.slow_step = quantile(walls, 0.95);
  auto& means = summary.mean_phases.emplace();
  auto& shares = summary.phase_shares.emplace();
  for (size_t i = 0; i < phases.size(); ++i) {
    means[i] = phases[i] / static_cast<double>(walls.size());
    shares[i] = phases[i] / summary.timed_wall;
  }
}

// Means over steps with layers; a kind that only some of them have counts as zero in the others.
void add_layers(const RunRecord& record, RunSummary& summary) {
  double num_steps = 0;
  for (const StepRecord& step : record.steps) {
    if (step.warmup || step.profile.layers.empty()) continue;
    ++num_steps;
    for (const LayerTime& layer : step.profile.layers) {
      auto mean = std::ranges::find(summary.mean_layers, layer.kind, &LayerTime::kind);
      if (mean == summary.mean_layers.end()) {
        mean = summary.mean_layers.insert(
            mean, LayerTime{.kind = layer.kind, .forward = {}, .backward = {}});
      }
      mean->forward += layer.forward;
      mean->backward += layer.backward;
    }
  }
  for (LayerTime& mean : summary.mean_layers) {
    mean.forward = mean.forward / num_steps;
    mean.backward = mean.backward / num_steps;
  }
}

void add_profiler_share(const RunRecord& record, RunSummary& summary) {
  Seconds host;
  Seconds wall;
  for (const StepRecord& step : record.steps) {
    if (step.warmup || !step.profile.profiler_host) continue;
    host += *step.profile.profiler_host;
    wall += step.profile.wall;
  }
  if (wall > Seconds(0)) summary.profiler_share = host / wall;
}

void add_counts(const RunRecord& record, RunSummary& summary) {
  summary.num_steps = static_cast<int64_t>(record.steps.size());
  summary.num_superseded = static_cast<int64_t>(record.superseded.size());
  for (const StepRecord& step : record.steps) {
    summary.num_skipped += step.skipped ? 1 : 0;
    summary.num_warmup += step.warmup ? 1 : 0;
    summary.tokens += step.tokens;
  }
  if (record.steps.empty()) return;
  summary.first_loss = record.steps.front().loss;
  summary.last_loss = record.steps.back().loss;
}

void add_events(const RunRecord& record, RunSummary& summary) {
  const double bytes_per_token = record.manifest().bytes_per_token;
  for (const RunEvent& event : record.events) {
    if (event.rank != 0 || !record.kept(event)) continue;
    if (event.kind == "sample") summary.sample = {event.step, event.message};
    if (event.kind != "eval" || !event.value) continue;
    EvalPoint point{.step = event.step,
                    .loss = *event.value,
                    .bits_per_byte = std::nullopt,
                    .note = event.message};
    if (bytes_per_token > 0) point.bits_per_byte = point.loss / std::numbers::ln2 / bytes_per_token;
    summary.evals.push_back(point);
  }
  if (summary.evals.empty()) return;
  summary.last_eval = summary.evals.back();
  summary.best_eval =
      *std::min_element(summary.evals.begin(), summary.evals.end(),
                        [](const EvalPoint& a, const EvalPoint& b) { return a.loss < b.loss; });
}

void add_expert_loads(const RunRecord& record, RunSummary& summary) {
  std::vector<std::vector<double>> tokens;
  for (const StepRecord& step : record.steps) {
    if (tokens.size() < step.tokens_per_expert.size()) tokens.resize(step.tokens_per_expert.size());
    for (size_t layer = 0; layer < step.tokens_per_expert.size(); ++layer) {
      const auto& counts = step.tokens_per_expert[layer];
      if (tokens[layer].size() < counts.size()) tokens[layer].resize(counts.size());
      for (size_t e = 0; e < counts.size(); ++e) tokens[layer][e] += static_cast<double>(counts[e]);
    }
  }
  for (size_t layer = 0; layer < tokens.size(); ++layer) {
    double total = 0;
    for (const double count : tokens[layer]) total += count;
    if (total <= 0) continue;
    ExpertLoad load{.layer = static_cast<int64_t>(layer), .shares = {}, .max_over_mean = 0};
    for (const double count : tokens[layer]) load.shares.push_back(count / total);
    load.max_over_mean = *std::max_element(load.shares.begin(), load.shares.end()) *
                         static_cast<double>(load.shares.size());
    summary.expert_loads.push_back(std::move(load));
  }
}

void add_dropped_share(const RunRecord& record, RunSummary& summary) {
  double choices = 0;
  double dropped = 0;
  for (const StepRecord& step : record.steps) {
    if (step.router.empty() || step.router.size() != step.tokens_per_expert.size()) continue;
    for (const auto& counts : step.tokens_per_expert) {
      for (const int64_t count : counts) choices += static_cast<double>(count);
    }
    for (const RouterStats& router : step.router) dropped += static_cast<double>(router.dropped);
  }
  if (choices > 0) summary.dropped_share = dropped / choices;
}

}  // namespace

RunSummary summarise(const RunRecord& record) {
  RunSummary summary;
  add_counts(record, summary);
  add_rates(record, summary);
  add_layers(record, summary);
  add_profiler_share(record, summary);
  add_events(record, summary);
  add_expert_loads(record, summary);
  add_dropped_share(record, summary);
  const double entropy_bits = record.manifest().corpus_unigram_entropy_bits;
  if (entropy_bits > 0) summary.unigram_entropy = entropy_bits * std::numbers::ln2;
  return summary;
}

}  // namespace assay
