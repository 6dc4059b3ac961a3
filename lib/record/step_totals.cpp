#include "record/step_totals.h"

#include <algorithm>

namespace assay {

StepTotals::Attempt& StepTotals::attempt_of(const StepRecord& step, double metered_share) {
  const auto index = static_cast<size_t>(step.attempt);
  if (attempts.size() <= index) attempts.resize(index + 1);
  Attempt& attempt = attempts[index];
  attempt.end_unix_s =
      attempt.num_steps == 0 ? step.time_unix_s : std::max(attempt.end_unix_s, step.time_unix_s);
  if (attempt.num_steps > 0 && step.time_unix_s < attempt.last_unix_s) ++attempt.num_set_back;
  attempt.last_unix_s = step.time_unix_s;
  ++attempt.num_steps;
  for (size_t i = 0; i < all_phases.size(); ++i) {
    all_phases[i] += step.profile.phases[i];
    metered_phases[i] += metered_share * step.profile.phases[i];
  }
  return attempt;
}

void StepTotals::add_superseded(const StepRecord& step, const MeteredTime& metered) {
  attempt_of(step, metered.share(step)).lost += step.profile.wall;
  ++num_superseded;
}

void StepTotals::add_kept(const StepRecord& step, int64_t durable, const MeteredTime& metered) {
  const double share = metered.share(step);
  attempt_of(step, share).kept += step.profile.wall;
  metered_tokens += share * step.tokens;
  ++num_steps;
  num_skipped += step.skipped ? 1 : 0;
  num_warmup += step.warmup ? 1 : 0;
  tokens += step.tokens;
  if (!first_loss) first_loss = step.loss;
  last_loss = step.loss;
  clock = step.profile.clock;
  windows.add(step);
  if (step.step > durable) unsecured_wall += step.profile.wall;
  if (!step.warmup) add_timed(step);
  add_experts(step);
}

void StepTotals::note_eval(int64_t step) {
  Seconds wall;
  for (const Attempt& attempt : attempts) wall += attempt.kept;
  at_evals.push_back({step, wall, tokens});
}

// A kind of layer that only some of the steps have counts as zero in the others.
void StepTotals::add_timed(const StepRecord& step) {
  const StepProfile& profile = step.profile;
  timed_walls.add(profile.wall);
  timed_wall += profile.wall;
  timed_tokens += step.tokens;
  timed_tokens_by_stage[step.stage] += step.tokens;
  for (size_t i = 0; i < timed_phases.size(); ++i) timed_phases[i] += profile.phases[i];
  timed_unphased += profile.unphased.value_or(Seconds());
  if (profile.profiler_host) {
    profiler_host += *profile.profiler_host;
    profiled_wall += profile.wall;
  }
  if (!profile.layers.empty()) ++num_layer_steps;
  for (const LayerTime& layer : profile.layers) {
    auto sum = std::ranges::find(layers, layer.kind, &LayerTime::kind);
    if (sum == layers.end()) {
      sum = layers.insert(sum, LayerTime{.kind = layer.kind, .forward = {}, .backward = {}});
    }
    sum->forward += layer.forward;
    sum->backward += layer.backward;
  }
}

void StepTotals::add_experts(const StepRecord& step) {
  const auto& counts = step.tokens_per_expert;
  if (expert_tokens.size() < counts.size()) expert_tokens.resize(counts.size());
  expert_layers.resize(expert_tokens.size());
  double choices = 0;
  for (size_t layer = 0; layer < counts.size(); ++layer) {
    std::vector<double>& sums = expert_tokens[layer];
    if (sums.size() < counts[layer].size()) sums.resize(counts[layer].size());
    for (size_t e = 0; e < counts[layer].size(); ++e) {
      sums[e] += static_cast<double>(counts[layer][e]);
      choices += static_cast<double>(counts[layer][e]);
    }
  }
  if (step.router.empty() || step.router.size() != counts.size()) return;
  num_choices += choices;
  for (size_t i = 0; i < step.router.size(); ++i) {
    num_dropped += static_cast<double>(step.router[i].dropped);
    if (step.router[i].layer) expert_layers[i] = step.router[i].layer;
  }
}

}  // namespace assay
