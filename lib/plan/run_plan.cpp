#include "plan/run_plan.h"

#include <fmt/format.h>

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

void name_unknowns(const PlanInput& input, RunPlan& plan) {
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
  plan.memory = input.memory;
  plan.free_memory = input.free_memory;
  if (input.device_memory) plan.memory_share = input.memory.total() / *input.device_memory;
  plan.cost = plan_cost(input, plan);
  name_unknowns(input, plan);
  return plan;
}

}  // namespace assay
