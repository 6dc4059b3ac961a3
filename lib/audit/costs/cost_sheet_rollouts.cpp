#include <fmt/format.h>

#include "audit/costs/cost_sheet.h"
#include "audit/forward_compute.h"
#include "audit/output/number_text.h"
#include "audit/training_compute.h"
#include "cost/models/rollout_cost.h"

namespace assay::audit {

// The part of the claim whose rollouts are published: the total, else the first stage or run.
const ClaimPart* CostSheet::rollout_part() const {
  for (const ClaimPart* part : context_.parts()) {
    const bool counted = part->find("rollouts") != nullptr ||
                         (part->find("steps") != nullptr && part->find("prompts") != nullptr &&
                          part->find("samples") != nullptr);
    const bool all =
        counted && part->find("response_tokens") != nullptr && part->find("decode_rate") != nullptr;
    // Prompts of a known length need the throughput at which they are read.
    const bool prompts =
        part->find("prompt_tokens") == nullptr || part->find("prefill_rate") != nullptr;
    if (all && prompts) return part;
  }
  return nullptr;
}

// Sampling at the published throughput, learning at a usual utilisation, times the price.
void CostSheet::rollouts() {
  const Method method{"rollouts",
                      std::string(kCostCurrency),
                      {"RL"},
                      "tokens / throughput for sampling, 6 N per token for learning (arXiv "
                      "2001.08361), times the price of a device-hour"};
  const ClaimPart* part = rollout_part();
  if (part == nullptr) return lack(method, "cost_needs_rollouts");
  const std::optional<Peak> peak = headline_peak(context_, context_.device(*part));
  const std::optional<Term> six_n =
      flops_per_token_term(context_, *part, FlopConvention::kSixNd, nullptr);
  const auto band = context_.registry().bands().find(
      std::string(usual_mfu_band(context_, context_.model(*part), context_.device(*part))));
  if (!peak || !six_n || band == context_.registry().bands().end()) {
    return lack(method, "cost_needs_tokens");
  }
  const Figure* price = context_.find(total_, "price");
  std::optional<TermStep> hourly = market_step();
  if (price != nullptr && price->measure.currency == kCostCurrency) {
    hourly = step_of(*price, price->measure.unit, context_.name(*price));
  }
  if (!hourly) return lack(method, "cost_needs_price");
  const double middle = (band->second.low + band->second.high) / 2;
  std::vector<TermStep> inputs{
      *hourly,
      {.kind = TermStep::Kind::kInput,
       .value = middle,
       .range = {Shape::kUniform, band->second.low, middle, band->second.high},
       .key = "mfu",
       .name = fmt::format("efficiency: {} - {}", band->second.low, band->second.high),
       .unit = ""}};
  const auto add_step = [&](const char* role, const char* unit) {
    const Figure* figure = part->find(role);
    if (figure != nullptr) return inputs.push_back(step_of(*figure, unit, context_.name(*figure)));
    inputs.push_back({.kind = TermStep::Kind::kInput,
                      .value = std::string_view(role) == "prompt_tokens" ? 0.0 : 1.0,
                      .range = {Shape::kFixed, 1, 1, 1},
                      .key = role,
                      .name = fmt::format("{}: not stated, left out", role),
                      .unit = unit});
    const double value = inputs.back().value;
    inputs.back().range = {Shape::kFixed, value, value, value};
  };
  if (part->find("rollouts") != nullptr) {
    add_step("rollouts", "count");
  } else {
    for (const char* role : {"steps", "prompts", "samples"}) add_step(role, "count");
  }
  const size_t after = inputs.size();
  add_step("response_tokens", "token");
  add_step("decode_rate", "token/s/gpu");
  add_step("prompt_tokens", "token");
  add_step("prefill_rate", "token/s/gpu");
  const double params = six_n->value / 6;
  const double flops = peak->term.value;
  const auto result = [params, flops, after](SheetValues v) {
    double count = 1;
    for (size_t i = 2; i < after; ++i) count *= v[i];
    return rollout_hours({.rollouts = count,
                          .prompt_tokens = v[after + 2],
                          .response_tokens = v[after],
                          .prefill_rate = v[after + 3],
                          .decode_rate = v[after + 1],
                          .active_params = params,
                          .update_flops = flops * v[1]})
               .value() *
           v[0];
  };
  std::string count = shown_value(inputs[2]);
  for (size_t i = 3; i < after; ++i) count += " * " + shown_value(inputs[i]);
  const auto text = [&](size_t i) { return shown_value(inputs[i]); };
  add(method, inputs, result,
      fmt::format(
          "{0} * ({1} / {2} + {3} / {4} + 6 * {5} * ({1} + {3}) / ({6} * {7})) / 3600 * {8}", count,
          text(after), text(after + 1), text(after + 2), text(after + 3), exact_text(params),
          exact_text(flops), text(1), text(0)));
}

}  // namespace assay::audit
