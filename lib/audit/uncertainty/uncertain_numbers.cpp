#include "audit/uncertainty/uncertain_numbers.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "audit/output/interval_ends.h"
#include "audit/output/number_text.h"
#include "audit/training_compute.h"
#include "audit/uncertainty/compute_chain.h"
#include "audit/uncertainty/needed_value.h"

namespace assay::audit {
namespace {

// What the claim's headline is in `unit`, and the values that print as it.
struct Target {
  double value = 0;
  Bounds<double> bounds;
};

Target headline_target(const Figure& headline, const std::string& unit) {
  const double size = unit_size(unit);
  const Bounds<double> bounds = headline.bounds();
  return {headline.measure.value / size, {bounds.low / size, bounds.high / size}};
}

std::string stated_text(const TermStep& input) {
  const std::string unit = input.unit.empty() ? "" : " " + input.unit;
  const bool band = input.range.shape == Shape::kUniform ||
                    input.range.shape == Shape::kLogNormal || input.range.shape == Shape::kNormal;
  if (!band) return readable_text(input.value) + unit;
  return fmt::format("{}{} ({})", ends_text(input.range.low, input.range.high), unit,
                     to_string(input.range.shape));
}

std::vector<NeededInput> needed_inputs(const Term& term, const Target& target) {
  std::vector<NeededInput> needed;
  std::vector<std::string> seen;
  for (const TermStep& step : term.steps) {
    if (step.kind != TermStep::Kind::kInput || step.key.starts_with("registry:")) continue;
    if (std::find(seen.begin(), seen.end(), step.key) != seen.end()) continue;
    seen.push_back(step.key);
    const std::optional<double> value = needed_value(term.steps, step.key, target.value);
    if (!value) continue;
    std::optional<double> a = needed_value(term.steps, step.key, target.bounds.low);
    std::optional<double> b = needed_value(term.steps, step.key, target.bounds.high);
    if (a && b && *a > *b) std::swap(a, b);
    // An open end of the claim: the other side of the input is open too.
    const bool falls = a && *a > *value;
    const bool turned = falls || (b && *b < *value);
    if (turned) std::swap(a, b);
    needed.push_back({step.name, stated_text(step), step.unit, *value, a, b, {}});
  }
  return needed;
}

// With the MFU at its bound: the tokens above which, the price below which the claim is impossible.
void add_breaks(const RuleContext& context, const Term& term, const Target& target,
                std::vector<NeededInput>& needed) {
  const ClaimPart* part = context.pretraining();
  const std::optional<double> most =
      part == nullptr ? std::nullopt : highest_admissible_mfu(context, *part);
  if (!most || !active_parameters_known(context, *part)) return;
  std::vector<TermStep> at_bound = term.steps;
  for (TermStep& step : at_bound) {
    if (step.key == "mfu") step.value = *most;
  }
  for (NeededInput& one : needed) {
    const auto step = std::find_if(term.steps.begin(), term.steps.end(), [&](const TermStep& s) {
      return s.kind == TermStep::Kind::kInput && s.name == one.name;
    });
    one.breaks = step->key == "mfu" ? most : needed_value(at_bound, step->key, target.value);
  }
}

UncertainNumber number_of(const RuleContext& context, const std::string& id, const Term& term,
                          const std::string& unit, const std::optional<Target>& target) {
  UncertainNumber number{.id = id,
                         .title = context.say("uncertain." + id),
                         .formula = term.level > 0 ? formula_text(term, unit) : std::string(),
                         .unit = unit,
                         .value = term.value,
                         .interval = drawn_interval(term.steps, context.evidence().plan),
                         .effects = input_effects(term.steps),
                         .needed = {}};
  if (target) number.needed = needed_inputs(term, *target);
  return number;
}

}  // namespace

std::vector<UncertainNumber> uncertain_numbers(const RuleContext& context, const Findings& findings,
                                               const Finding* recomputed) {
  std::vector<UncertainNumber> numbers;
  const Figure* headline = context.claim().headline_figure();
  if (context.evidence().plan.draws < 2 || headline == nullptr) return numbers;
  if (recomputed != nullptr && recomputed->headline_term) {
    const std::string& unit = recomputed->headline_term_unit;
    numbers.push_back(number_of(context, "recomputed", *recomputed->headline_term, unit,
                                headline_target(*headline, unit)));
  }
  if (findings.implied_mfu_term) {
    numbers.push_back(number_of(context, "implied_mfu", *findings.implied_mfu_term, "", {}));
  }
  if (findings.implied_price_term) {
    numbers.push_back(number_of(context, "implied_price", *findings.implied_price_term,
                                findings.implied_price->unit, {}));
  }
  if (const std::optional<ComputeChain> chain = compute_chain(context)) {
    const Target target = headline_target(*headline, chain->unit);
    numbers.push_back(number_of(context, "from_compute", chain->term, chain->unit, target));
    add_breaks(context, chain->term, target, numbers.back().needed);
  }
  if (const std::optional<ComputeChain> tokens = tokens_from_hours(context)) {
    numbers.push_back(number_of(context, "tokens_from_hours", tokens->term, tokens->unit, {}));
  }
  return numbers;
}

}  // namespace assay::audit
