#include "cost/inference_use.h"

#include <algorithm>
#include <vector>

namespace assay {
namespace {

constexpr double kMillion = 1e6;

std::optional<Sourced<Money>> per_million_tokens(const std::optional<Sourced<HourlyPrice>>& rent,
                                                 GpuHours device_hours, Tokens tokens) {
  if (!rent || tokens <= Tokens(0)) return std::nullopt;
  const Money amount = device_hours * rent->value;
  return Sourced<Money>{.value = amount * (kMillion / tokens.value()),
                        .provenance = weakest(Provenance::kMeasured, rent->provenance),
                        .source = rent->source};
}

void add_rates(InferencePhase& phase, double num_devices, const RunPrices& prices,
               const ModelSpec* spec, const RateCeiling* ceiling) {
  if (phase.tokens <= Tokens(0) || phase.time <= Seconds(0)) return;
  phase.rate = phase.tokens / phase.time;
  phase.per_million =
      per_million_tokens(prices.rent, gpu_hours(num_devices, phase.time), phase.tokens);
  if (spec == nullptr || ceiling == nullptr) return;
  const Flops flops(2.0 * static_cast<double>(spec->parameters.active_a) * phase.tokens.value());
  phase.flops_share = flops / (num_devices * ceiling->rate * phase.time);
}

void add_batches(const RunRecord& record, InferenceUse& use) {
  std::vector<Seconds> first_tokens;
  Joules energy;
  Tokens metered;
  for (const InferenceRecord& batch : record.inference) {
    ++use.num_batches;
    use.num_prompts += batch.num_prompts;
    use.num_sequences += batch.num_sequences;
    use.generated_tokens += batch.generated_tokens;
    use.prefill.tokens += batch.prompt_tokens;
    use.prefill.time += batch.prefill;
    use.decode.tokens += batch.decode_tokens;
    use.decode.time += batch.decode;
    use.kv_per_sequence = std::max(use.kv_per_sequence, batch.kv_per_sequence);
    first_tokens.push_back(batch.first_token);
    if (!batch.energy) continue;
    energy += *batch.energy;
    metered += batch.generated_tokens;
  }
  std::ranges::sort(first_tokens);
  use.median_first_token = first_tokens[(first_tokens.size() - 1) / 2];
  use.slowest_first_token = first_tokens.back();
  if (metered > Tokens(0)) use.per_token = energy / metered.value();
}

}  // namespace

std::optional<InferenceUse> inference_use(const RunRecord& record, const TimeAccount& time,
                                          const RunPrices& prices, const ModelSpec* spec,
                                          const RateCeiling* ceiling) {
  if (record.inference.empty()) return std::nullopt;
  InferenceUse use;
  add_batches(record, use);
  const auto num_devices = static_cast<double>(record.manifest().devices.size());
  add_rates(use.prefill, num_devices, prices, spec, ceiling);
  add_rates(use.decode, num_devices, prices, spec, ceiling);
  if (time.held > Seconds(0)) use.busy = (use.prefill.time + use.decode.time) / time.held;
  use.per_million_held = per_million_tokens(prices.rent, time.device_hours, use.generated_tokens);
  return use;
}

}  // namespace assay
