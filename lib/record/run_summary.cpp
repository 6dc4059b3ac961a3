#include "record/run_summary.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace assay {
namespace {

void add_rates(const StepTotals& totals, RunSummary& summary) {
  summary.timed_wall = totals.timed_wall;
  summary.timed_tokens = totals.timed_tokens;
  if (totals.timed_walls.count() == 0 || totals.timed_wall <= Seconds(0)) return;
  summary.tokens_per_second = totals.timed_tokens / totals.timed_wall;
  summary.median_step = totals.timed_walls.quantile(0.5);
  summary.slow_step = totals.timed_walls.quantile(0.95);
  auto& means = summary.mean_phases.emplace();
  auto& shares = summary.phase_shares.emplace();
  for (size_t i = 0; i < means.size(); ++i) {
    means[i] = totals.timed_phases[i] / static_cast<double>(totals.timed_walls.count());
    shares[i] = totals.timed_phases[i] / totals.timed_wall;
  }
  if (totals.timed_unphased > Seconds(0)) {
    summary.mean_unphased = totals.timed_unphased / static_cast<double>(totals.timed_walls.count());
    summary.unphased_share = totals.timed_unphased / totals.timed_wall;
  }
}

void add_layers(const StepTotals& totals, RunSummary& summary) {
  const auto num_steps = static_cast<double>(totals.num_layer_steps);
  for (const LayerTime& sum : totals.layers) {
    summary.mean_layers.push_back({sum.kind, sum.forward / num_steps, sum.backward / num_steps});
  }
}

void add_counts(const StepTotals& totals, RunSummary& summary) {
  summary.num_steps = totals.num_steps;
  summary.num_superseded = totals.num_superseded;
  summary.num_skipped = totals.num_skipped;
  summary.num_warmup = totals.num_warmup;
  summary.tokens = totals.tokens;
  summary.first_loss = totals.first_loss;
  summary.last_loss = totals.last_loss;
  summary.clock = totals.clock;
}

void raise(const RunEvent& event, std::optional<Bytes>& peak) {
  if (event.value) peak = std::max(peak.value_or(Bytes(0)), Bytes(*event.value));
}

void add_events(const RunRecord& record, RunSummary& summary) {
  const double bytes_per_token = record.manifest().bytes_per_token;
  const auto last_attempt = static_cast<int>(record.manifests.size()) - 1;
  for (const RunEvent& event : record.events) {
    if (event.rank != 0 || !record.kept(event)) continue;
    // Settings may change between processes, and so does the prediction that stands beside.
    if (event.attempt == last_attempt) {
      if (event.kind == "tensor_memory") raise(event, summary.peak_tensors);
      if (event.kind == "resident_memory") raise(event, summary.peak_resident);
    }
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
  for (const EvalPoint& eval : summary.evals) {
    const bool is_better = !summary.best_eval || eval.loss < summary.best_eval->loss;
    if (std::isfinite(eval.loss) && is_better) summary.best_eval = eval;
  }
}

void add_expert_loads(const StepTotals& totals, RunSummary& summary) {
  for (size_t i = 0; i < totals.expert_tokens.size(); ++i) {
    const std::vector<double>& tokens = totals.expert_tokens[i];
    double total = 0;
    for (const double count : tokens) total += count;
    if (total <= 0) continue;
    ExpertLoad load{.mixture = static_cast<int64_t>(i),
                    .layer = totals.expert_layers[i],
                    .shares = {},
                    .max_over_mean = 0};
    for (const double count : tokens) load.shares.push_back(count / total);
    load.max_over_mean = *std::max_element(load.shares.begin(), load.shares.end()) *
                         static_cast<double>(load.shares.size());
    summary.expert_loads.push_back(std::move(load));
  }
}

}  // namespace

RunSummary summarise(const RunRecord& record) {
  const StepTotals totals = step_totals(record);
  RunSummary summary;
  add_counts(totals, summary);
  add_rates(totals, summary);
  add_layers(totals, summary);
  if (totals.profiled_wall > Seconds(0)) {
    summary.profiler_share = totals.profiler_host / totals.profiled_wall;
  }
  add_events(record, summary);
  add_expert_loads(totals, summary);
  if (totals.num_choices > 0) summary.dropped_share = totals.num_dropped / totals.num_choices;
  const double entropy_bits = record.manifest().corpus_unigram_entropy_bits;
  if (entropy_bits > 0) summary.unigram_entropy = entropy_bits * std::numbers::ln2;
  return summary;
}

}  // namespace assay
