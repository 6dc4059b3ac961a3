#include "audit/rules/relation_excuses.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>
#include <string_view>

#include "audit/output/number_text.h"

namespace assay::audit {
namespace {

bool states_power_draw(const RuleContext& context, const ClaimPart& part) {
  return context.find(part, "load") != nullptr && context.find(part, "node_factor") != nullptr;
}

// What a device may draw is not what it drew: a data sheet's power times hours lies above measured
// energy by the load and below it by the node and the building. Within that it is no contradiction.
void excuse_power(const RuleContext& context, const ClaimPart& part, Finding& finding) {
  constexpr double kLeast = 1 / 4.0;  // of the computed energy: a load of a quarter
  constexpr double kMost = 3.5;       // a node of 2.2 times its devices in a building of PUE 1.6
  if (finding.check.result != CheckResult::kFail || states_power_draw(context, part)) return;
  const bool power = finding.check.rule.starts_with("energy_from") ||
                     finding.check.rule == "carbon_from_power" ||
                     finding.check.rule == "power_times_tariff";
  if (!power) return;
  const double ratio = finding.check.expected->value / finding.check.computed->value;
  const std::string& unit = finding.check.expected->unit;
  const bool solved_for_energy = unit == "kWh" || unit == "kgCO2e" ||
                                 parse_measure("1 " + unit).dimension == Dimension::kMoney;
  if (!solved_for_energy || ratio < kLeast || ratio > kMost) return;
  finding.check.result = CheckResult::kFlag;
  finding.check.sentence = context.say("power_not_draw", finding.check.sentence);
}

// The product of a relation at its printed figures; one where they fit. The finding was solved for
// the headline where that takes part, else for the first figure.
double product_of(const RuleContext& context, const Relation& relation, const Finding& finding) {
  size_t output = relation.output;
  for (size_t i = 0; i < relation.powers.size(); ++i) {
    if (context.is_headline(relation.powers[i].term)) output = i;
  }
  return std::pow(finding.check.expected->value / finding.check.computed->value,
                  relation.powers[output].exponent);
}

// Fewer hours than devices x time, and more than a steady speed would take, are a contradiction
// only where little more than a third of the time, or less, would have been used. The other way
// round cannot be.
void excuse_idle(const RuleContext& context, const RelationRow& row, const Relation& relation,
                 Finding& finding) {
  constexpr double kLeast = 0.35;
  if (row.idle == 0 || finding.check.result != CheckResult::kFail) return;
  const double used = std::pow(product_of(context, relation, finding), -row.idle);
  if (used >= 1 || used < kLeast) return;
  Relation excused = relation;
  excused.excused = true;
  finding = compare_relation(context, excused);
  finding.check.sentence =
      context.say("devices_not_always_used", finding.check.sentence, percent_text(used));
}

// How many of these the claim's figures include.
auto count_included(const RuleContext& context, std::span<const std::string_view> dimensions) {
  const Scope& scope = context.claim().scope;
  return std::count_if(dimensions.begin(), dimensions.end(), [&](std::string_view dimension) {
    return scope[*scope_index(dimension)] == ScopeState::kIncluded;
  });
}

// Devices and time are often those of the longest stage alone; all together may take up to twice
// its hours.
bool holds_several_stages(const RuleContext& context, double product) {
  constexpr std::array<std::string_view, 4> kStages{"final-run", "context-extension",
                                                    "post-training", "RL"};
  constexpr double kLeast = 0.5;
  return product >= kLeast && count_included(context, kStages) > 1;
}

// More money than hours x price come to is no contradiction where staff or further runs are in it,
// nor are more hours than devices x time where further runs or stages are.
void excuse_scope(const RuleContext& context, const RelationRow& row, const Relation& relation,
                  Finding& finding) {
  constexpr std::array<std::string_view, 6> kBeyond{"failed-runs", "ablations", "data-synthesis",
                                                    "inference",   "staff",     "capex"};
  constexpr size_t kFurtherRuns = 4;  // of these, what takes hours
  const bool rent = row.rule == "hours_times_price" || row.rule == "time_times_price";
  const bool hours = row.rule == "devices_times_time";
  if ((!rent && !hours) || finding.check.result != CheckResult::kFail) return;
  const double product = product_of(context, relation, finding);
  if (product >= 1) return;
  const auto beyond = std::span(kBeyond).first(hours ? kFurtherRuns : kBeyond.size());
  const bool excuses =
      count_included(context, beyond) > 0 || (hours && holds_several_stages(context, product));
  if (!excuses) return;
  Relation excused = relation;
  excused.excused = true;
  finding = compare_relation(context, excused);
  finding.check.sentence =
      context.say(hours ? "hours_hold_more" : "amount_holds_more", finding.check.sentence);
}

// Certificates that a market figure counts are not in a grid's intensity, and nothing but
// certificates makes nought of it: what both give is no contradiction. Nor is it where what was
// emitted for the devices' making is said to be in the figure, without how much.
void excuse_accounting(const RuleContext& context, const ClaimPart& part, const Relation& relation,
                       Finding& finding) {
  if (!is_carbon_relation(relation) || finding.check.result != CheckResult::kFail) return;
  const Figure* carbon = context.find(part, "carbon");
  const bool nought = carbon->measure.value == 0 && part.accounting != "location";
  const bool holds_making =
      part.embodied == "included" && product_of(context, relation, finding) < 1;
  if (part.accounting != "market" && !nought && !holds_making) return;
  Relation excused = relation;
  excused.excused = true;
  finding = compare_relation(context, excused);
  if (holds_making) {
    finding.check.sentence = context.say("making_in_carbon", finding.check.sentence);
  }
}

}  // namespace

bool is_carbon_relation(const Relation& relation) {
  return relation.rule == "carbon_from_energy" || relation.rule == "carbon_from_power";
}

void excuse_miss(const RuleContext& context, const ClaimPart& part, const RelationRow& row,
                 const Relation& relation, Finding& finding) {
  excuse_power(context, part, finding);
  excuse_idle(context, row, relation, finding);
  excuse_scope(context, row, relation, finding);
  excuse_accounting(context, part, relation, finding);
}

}  // namespace assay::audit
