#include "cost/models/rollout_cost.h"

namespace assay {
namespace {

GpuHours hours_of(double tokens, double rate) {
  return tokens > 0 ? GpuHours(tokens / rate / kSecondsPerHour) : GpuHours(0);
}

}  // namespace

double rollout_count(double steps, double prompts, double samples) {
  return steps * prompts * samples;
}

GpuHours prefill_hours(const RolloutInputs& inputs) {
  return hours_of(inputs.rollouts * inputs.prompt_tokens, inputs.prefill_rate);
}

GpuHours decode_hours(const RolloutInputs& inputs) {
  return hours_of(inputs.rollouts * inputs.response_tokens, inputs.decode_rate);
}

GpuHours update_hours(const RolloutInputs& inputs) {
  const double tokens = inputs.rollouts * (inputs.prompt_tokens + inputs.response_tokens);
  return hours_of(6 * inputs.active_params * tokens, inputs.update_flops);
}

GpuHours rollout_hours(const RolloutInputs& inputs) {
  return prefill_hours(inputs) + decode_hours(inputs) + update_hours(inputs);
}

}  // namespace assay
