#include <fmt/format.h>

#include <iterator>
#include <nlohmann/json.hpp>

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
  fmt::format_to(out, "training state  {:.1f} MiB\nlogits          {:.1f} MiB\n",
                 plan.state.value() / kMebibyte, plan.logits.value() / kMebibyte);
  if (plan.activations) {
    fmt::format_to(out, "activations     {:.1f} MiB\n", plan.activations->value() / kMebibyte);
  }
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
  json["state_bytes"] = plan.state.value();
  json["logits_bytes"] = plan.logits.value();
  json["activations_bytes"] = nullptr;
  if (plan.activations) json["activations_bytes"] = plan.activations->value();
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
