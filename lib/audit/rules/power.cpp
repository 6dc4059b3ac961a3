#include <algorithm>
#include <optional>

#include "audit/comparison/comparison.h"
#include "audit/exchange_rate.h"
#include "audit/output/number_text.h"
#include "audit/rules/published_range.h"
#include "audit/rules/rules.h"
#include "audit/training_compute.h"
#include "audit/uncertainty/propagate.h"

namespace assay::audit {
namespace {

void judge_power(const RuleContext& context, const ClaimPart& part, Findings& findings) {
  const Figure* energy = context.find(part, "energy");
  const std::optional<Term> hours = hours_term(context, part);
  if (part.find("energy") == nullptr || energy == nullptr || !hours) return;
  const Term power = context.term(*energy, "kWh") / *hours;
  if (part.is_total()) findings.implied_power = check_number(power, "kW");
  const auto device = context.registry().devices().find(context.device(part));
  const auto& bands = context.registry().bands();
  const auto gpu = bands.find("power-gpu");
  const auto node = bands.find("power-node");
  if (device == context.registry().devices().end() || !device->second.tdp || gpu == bands.end() ||
      node == bands.end()) {
    return;
  }
  const Term share = power / context.term(*device->second.tdp, "kW", device->first + " TDP");
  const auto in = [&](const Band& band) {
    return intervals_meet(share.bounds, {band.low, band.high});
  };
  // Device power times the building's overhead lies between the two bands where a PUE is stated.
  Band with_building = gpu->second;
  with_building.high *= believable_pue(context, part);
  const bool inside = in(with_building) || in(node->second);
  Finding finding =
      plain_finding(context, CheckKind::kPower, "power_per_device",
                    inside ? CheckResult::kPass : CheckResult::kFlag,
                    context.say(inside ? "power_inside" : "power_outside",
                                readable_text(power.value, "kW"), readable_text(share.value, 3),
                                readable_text(gpu->second.low), readable_text(gpu->second.high),
                                readable_text(node->second.low), readable_text(node->second.high)));
  finding.check.formula = formula_text(share, "x TDP");
  finding.check.computed = check_number(power, "kW");
  for (const TermInput& input : share.inputs) finding.check.inputs.push_back(input.shown);
  finding.touches_headline = true;
  findings.list.push_back(std::move(finding));
}

// Electricity of a run: hours * device power * node * load * PUE * tariff, all published.
std::optional<Term> electricity(const RuleContext& context, const ClaimPart& part,
                                const std::string& currency, CurrencyNote& note) {
  const std::optional<Term> hours = hours_term(context, part);
  const Figure* power = context.find(part, "power");
  const Figure* tariff = context.find(part, "tariff");
  if (!hours || power == nullptr || tariff == nullptr) return std::nullopt;
  Term cost = *hours * context.term(*power, "kW");
  for (const char* factor : {"node_factor", "load", "pue"}) {
    if (const Figure* figure = context.find(part, factor)) cost = cost * context.term(*figure, "x");
  }
  return cost * in_currency(context, *tariff, reckoning_unit(tariff->measure), currency, note);
}

bool is_excluded_from(const Claim& claim, std::string_view dimension) {
  return claim.scope[*scope_index(dimension)] == ScopeState::kExcluded;
}

const ShareRow* energy_row(const Claim& claim) {
  const auto row = std::find_if(claim.shares.begin(), claim.shares.end(),
                                [](const ShareRow& share) { return share.name == "energy"; });
  return row == claim.shares.end() ? nullptr : &*row;
}

void judge_energy_share(const RuleContext& context, const ClaimPart& part, Findings& findings) {
  const Figure* money = context.find(part, "money");
  if (money == nullptr) return;
  CurrencyNote note;
  const std::optional<Term> cost = electricity(context, part, money->measure.currency, note);
  if (!cost) return;
  if (!note.lacks.empty()) {
    findings.list.push_back(
        unconverted(context, CheckKind::kPower, "energy_share", "", note, {context.shown(*money)}));
    return;
  }
  const Term share = *cost / context.term(*money, money->measure.unit) * constant(100);
  const ShareRow* row = energy_row(context.claim());
  CheckResult result = CheckResult::kNotApplicable;
  if (row != nullptr) {
    const Term expected = context.term(row->share, "%");
    const bool inside = expected.bounds.low <= share.value && share.value <= expected.bounds.high;
    result = inside ? CheckResult::kPass : CheckResult::kFlag;
  } else if (share.bounds.low > 100 && !is_excluded_from(context.claim(), "energy")) {
    result = CheckResult::kFlag;  // a part above its whole
  }
  Finding finding =
      plain_finding(context, CheckKind::kPower, "energy_share", result,
                    context.say("energy_share", readable_text(cost->value, money->measure.unit),
                                percent_text(share.value / 100), part.name,
                                row == nullptr ? "-" : row->share.text()));
  finding.check.formula = formula_text(share, "%");
  finding.check.computed = check_number(share, "%");
  for (const TermInput& input : share.inputs) finding.check.inputs.push_back(input.shown);
  if (row != nullptr) finding.check.inputs.push_back(context.shown(row->share));
  tell_conversion(context, note, finding);
  findings.list.push_back(std::move(finding));
}

}  // namespace

void power_per_device(const RuleContext& context, Findings& findings) {
  for (const ClaimPart* part : context.parts()) judge_power(context, *part, findings);
}

void energy_share(const RuleContext& context, Findings& findings) {
  for (const ClaimPart* part : context.parts()) judge_energy_share(context, *part, findings);
}

}  // namespace assay::audit
