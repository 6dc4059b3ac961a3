#include "plan/run_plan.h"

#include <fmt/format.h>

#include <algorithm>

namespace assay {
namespace {

Flops total_flops(const PlanInput& input, FlopConvention convention) {
  Flops sum;
  for (const StageInfo& stage : input.stages) {
    const double tokens =
        static_cast<double>(stage.num_steps) * static_cast<double>(stage.tokens_per_step);
    sum += flops_per_token(input.spec, convention, stage.seq_len) * tokens;
  }
  return sum;
}

std::optional<PlanCost> plan_cost(const PlanInput& input, const RunPlan& plan) {
  const auto num_devices = static_cast<double>(input.num_devices);
  PlanCost cost;
  if (input.throughput) {
    cost.wall = Seconds(plan.tokens.value() / input.throughput->value.value());
    cost.basis = fmt::format("{:.0f} token/s ({}, {})", input.throughput->value.value(),
                             to_string(input.throughput->provenance), input.throughput->source);
  } else if (input.ceiling) {
    cost.is_lower_bound = true;
    cost.wall = plan.flops.at(FlopConvention::kExactCausal) / (input.ceiling->rate * num_devices);
    cost.basis = fmt::format("exact_causal FLOPs at {}{}", input.ceiling->name,
                             input.ceiling->is_peak ? "" : ", as fast as the machine is just now");
  } else {
    return std::nullopt;
  }
  cost.device_hours = gpu_hours(num_devices, cost.wall);
  if (input.rent) cost.rent = cost.device_hours * input.rent->value;
  cost.budget = input.budget;
  return cost;
}

// Of the longest sequences that a micro-batch has.
std::optional<Bytes> activations_of(const PlanInput& input) {
  if (!input.bytes_per_activation) return std::nullopt;
  int64_t seq_len = 1;
  for (const StageInfo& stage : input.stages) seq_len = std::max(seq_len, stage.seq_len);
  const double sequences =
      static_cast<double>(input.tokens_per_micro_batch) / static_cast<double>(seq_len);
  const ActivationMemory kept =
      own_activation_memory(input.spec, input.recompute, seq_len, *input.bytes_per_activation);
  return sequences * (kept.blocks + kept.again);
}

void name_unknowns(const PlanInput& input, RunPlan& plan) {
  if (!plan.activations) plan.not_known.push_back("activation memory, beside the logits");
  if (!input.device_memory) plan.not_known.push_back("memory of the device");
  if (!plan.cost) plan.not_known.push_back("time: no throughput and no ceiling was measured");
  if (!input.rent) plan.not_known.push_back("money: no price was named");
}

}  // namespace

RunPlan plan_run(const PlanInput& input) {
  RunPlan plan;
  plan.parameters = input.spec.parameters;
  for (const StageInfo& stage : input.stages) {
    plan.num_steps += stage.num_steps;
    plan.tokens +=
        Tokens(static_cast<double>(stage.num_steps) * static_cast<double>(stage.tokens_per_step));
  }
  for (const FlopConvention convention :
       {FlopConvention::kSixNd, FlopConvention::kExactCausal, FlopConvention::kExactFull}) {
    plan.flops[convention] = total_flops(input, convention);
  }
  plan.state = training_state_bytes(input.spec, input.state_bytes_per_parameter);
  plan.logits = Bytes(2 * input.logit_bytes * static_cast<double>(input.tokens_per_micro_batch) *
                      static_cast<double>(input.spec.vocab_size));
  plan.activations = activations_of(input);
  if (input.device_memory) {
    plan.memory_share =
        (plan.state + plan.logits + plan.activations.value_or(Bytes(0))) / *input.device_memory;
  }
  plan.cost = plan_cost(input, plan);
  name_unknowns(input, plan);
  return plan;
}

}  // namespace assay
