#include <fmt/format.h>

#include <iterator>
#include <nlohmann/json.hpp>
#include <string_view>

#include "plan/run_plan.h"

namespace assay {
namespace {

constexpr double kMebibyte = 1048576.0;

void append_cost(const PlanCost& cost, std::string& text) {
  const char* least = cost.is_lower_bound ? "at least " : "";
  fmt::format_to(std::back_inserter(text), "time            {}{:.0f} s ({})\n", least,
                 cost.wall.value(), cost.basis);
  fmt::format_to(std::back_inserter(text), "device-hours    {}{:.4f} h\n", least,
                 cost.device_hours.value());
  if (cost.rent) {
    fmt::format_to(std::back_inserter(text), "device rent     {}{:.4f} {}\n", least,
                   cost.rent->amount, cost.rent->currency);
  }
  if (cost.rent && cost.budget) {
    const double share = cost.rent->amount / cost.budget->amount;
    fmt::format_to(std::back_inserter(text),
                   "budget          {:.6g} {}, of which the run takes {}{:.3g} %{}\n",
                   cost.budget->amount, cost.budget->currency, least, 100 * share,
                   share > 1 ? ": it does not fit" : "");
  }
}

void append_memory(const RunPlan& plan, std::string& text) {
  const auto add = [&](std::string_view name, Bytes bytes) {
    fmt::format_to(std::back_inserter(text), "{:<15} {:.1f} MiB\n", name,
                   bytes.value() / kMebibyte);
  };
  const TrainingPeak& memory = plan.memory;
  add("weights", memory.weights);
  if (memory.master_weights > Bytes(0)) add("master weights", memory.master_weights);
  add("moments", memory.moments);
  add("gradients", memory.gradients);
  add("activations", memory.activations);
  add("in passing", memory.transient);
  fmt::format_to(std::back_inserter(text), "predicted peak  {:.1f} MiB (at the {})\n",
                 memory.total().value() / kMebibyte, memory.moment);
  if (!plan.free_memory) return;
  fmt::format_to(std::back_inserter(text), "free            {:.1f} MiB{}\n",
                 plan.free_memory->value() / kMebibyte,
                 memory.total() > *plan.free_memory ? ": it does not fit" : "");
}

nlohmann::ordered_json memory_json(const TrainingPeak& memory) {
  return {{"weights_bytes", memory.weights.value()},
          {"master_weights_bytes", memory.master_weights.value()},
          {"moments_bytes", memory.moments.value()},
          {"gradients_bytes", memory.gradients.value()},
          {"activations_bytes", memory.activations.value()},
          {"transient_bytes", memory.transient.value()},
          {"moment", memory.moment},
          {"peak_bytes", memory.total().value()}};
}

}  // namespace

std::string to_text(const RunPlan& plan) {
  std::string text;
  const auto out = std::back_inserter(text);
  fmt::format_to(out, "parameters      {} (active per token: {})\n", plan.parameters.total,
                 plan.parameters.active_a);
  fmt::format_to(out, "steps           {}\ntokens          {:.0f}\n", plan.num_steps,
                 plan.tokens.value());
  for (const auto& [convention, flops] : plan.flops) {
    fmt::format_to(out, "FLOPs           {:.4g} ({})\n", flops.value(), to_string(convention));
  }
  append_memory(plan, text);
  if (plan.memory_share) {
    fmt::format_to(out, "of the memory   {:.1f} %\n", 100 * *plan.memory_share);
  }
  if (plan.cost) append_cost(*plan.cost, text);
  for (const std::string& unknown : plan.not_known) {
    fmt::format_to(out, "not known       {}\n", unknown);
  }
  return text;
}

std::string to_json(const RunPlan& plan) {
  nlohmann::ordered_json json;
  json["schema_version"] = 1;
  json["parameters"] = {{"total", plan.parameters.total},
                        {"active_a", plan.parameters.active_a},
                        {"active_b", plan.parameters.active_b},
                        {"active_c", plan.parameters.active_c},
                        {"matmul", plan.parameters.matmul}};
  json["num_steps"] = plan.num_steps;
  json["tokens"] = plan.tokens.value();
  for (const auto& [convention, flops] : plan.flops) {
    json["flops"][std::string(to_string(convention))] = flops.value();
  }
  json["predicted_memory"] = memory_json(plan.memory);
  json["free_memory_bytes"] = nullptr;
  if (plan.free_memory) json["free_memory_bytes"] = plan.free_memory->value();
  json["memory_share"] = nullptr;
  if (plan.memory_share) json["memory_share"] = *plan.memory_share;
  json["cost"] = nullptr;
  if (plan.cost) {
    json["cost"] = {{"is_lower_bound", plan.cost->is_lower_bound},
                    {"wall_s", plan.cost->wall.value()},
                    {"device_hours", plan.cost->device_hours.value()},
                    {"rent", nullptr},
                    {"budget", nullptr},
                    {"basis", plan.cost->basis}};
    if (plan.cost->rent) {
      json["cost"]["rent"] = {{"amount", plan.cost->rent->amount},
                              {"currency", plan.cost->rent->currency}};
    }
    if (plan.cost->budget) {
      json["cost"]["budget"] = {{"amount", plan.cost->budget->amount},
                                {"currency", plan.cost->budget->currency}};
    }
  }
  json["not_known"] = plan.not_known;
  return json.dump(2) + "\n";
}

}  // namespace assay
