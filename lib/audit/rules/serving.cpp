#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>

#include "audit/comparison/comparison.h"
#include "audit/forward_compute.h"
#include "audit/output/interval_ends.h"
#include "audit/output/number_text.h"
#include "audit/rules/rules.h"
#include "audit/rules/serving_hour.h"
#include "audit/training_compute.h"
#include "audit/uncertainty/propagate.h"
#include "cost/models/serving_cost.h"

namespace assay::audit {
namespace {

Finding serving_finding(const RuleContext& context, const ClaimPart& part, const std::string& rule,
                        CheckResult result, std::string sentence,
                        const std::vector<CheckInput>& inputs) {
  Finding finding = plain_finding(context, CheckKind::kPrice, rule, result, std::move(sentence));
  finding.check.name += ": " + served_version(context, part);
  finding.check.inputs = inputs;
  return finding;
}

// The tokens a second, per device, that no device passes; nothing where model or device is unknown.
std::optional<double> rate_bound(const RuleContext& context, const ClaimPart& part) {
  const std::optional<Term> forward = forward_flops_term(context, part);
  const std::optional<Peak> most = highest_peak(context, context.device(part), {});
  const auto bound = context.registry().bands().find("mfu-physical");
  if (!forward || !most || bound == context.registry().bands().end()) return std::nullopt;
  return highest_token_rate(bound->second.high * most->term.value, forward->value / 2);
}

// The throughput at which the price pays for the device, against what the device can do. Nobody
// needs to earn what he spends: a price below is a flag.
void judge_break_even(const RuleContext& context, const ClaimPart& part, const Figure& price,
                      const ServingHour& hour, Findings& findings) {
  const std::optional<double> most = rate_bound(context, part);
  if (!most) return;
  const double needed = break_even_rate(hour.low, price.bounds().high);
  const bool possible = needed <= *most;
  std::vector<CheckInput> inputs{context.shown(price)};
  inputs.insert(inputs.end(), hour.inputs.begin(), hour.inputs.end());
  Finding finding = serving_finding(
      context, part, "price_against_serving", possible ? CheckResult::kPass : CheckResult::kFlag,
      context.say(possible ? "price_pays_from" : "price_pays_never", price.text(),
                  readable_text(needed, 4), readable_text(*most, 4), context.device(part),
                  fmt::format("{} {}/gpu_h", readable_text(hour.low, 4), hour.currency)),
      inputs);
  finding.check.formula =
      fmt::format("{} / {} * 1000000 / 3600 ≈ {} token/s/gpu", exact_text(hour.low),
                  exact_text(price.bounds().high), rounded_text(needed));
  finding.check.computed = CheckNumber{needed, {}, "token/s/gpu"};
  finding.check.expected = CheckNumber{*most, {}, "token/s/gpu"};
  finding.touches_headline = context.is_headline(price);
  findings.list.push_back(std::move(finding));
}

// With a published throughput: what a million tokens cost. Where no utilisation is stated the
// devices are taken to be busy at all times, the kindest reading.
void judge_cost(const RuleContext& context, const ClaimPart& part, const Figure& price,
                const Figure& rate, const ServingHour& hour, Findings& findings) {
  const Figure* busy = part.find("utilisation");
  const Bounds<double> cost = serving_cost(hour, rate.bounds(), paid_share(part));
  const Bounds<double> asked{price.bounds().low, price.bounds().high};
  const bool pays = asked.high >= cost.low;
  std::vector<CheckInput> inputs{context.shown(price), context.shown(rate)};
  if (busy != nullptr) inputs.push_back(context.shown(*busy));
  inputs.insert(inputs.end(), hour.inputs.begin(), hour.inputs.end());
  const std::string unit = hour.currency + "/Mtoken";
  const IntervalEnds ends = interval_ends(cost.low, cost.high, 3);
  Finding finding = serving_finding(
      context, part, "cost_of_serving", pays ? CheckResult::kPass : CheckResult::kFlag,
      context.say(pays ? "serving_pays" : "serving_below_cost", price.text(), ends.low, ends.high,
                  unit, busy == nullptr ? context.say("serving_always_busy") : busy->text()),
      inputs);
  finding.check.formula = serving_cost_formula(hour, rate.bounds(), paid_share(part));
  finding.check.computed = CheckNumber{price.measure.value, {}, unit};
  finding.check.expected = range_number(cost, unit);
  finding.touches_headline = context.is_headline(price);
  finding.refutes_headline = finding.against_headline = finding.touches_headline && !pays;
  findings.list.push_back(std::move(finding));
}

// A published throughput that the device cannot do: of a node, perhaps, or of another device.
void judge_rate(const RuleContext& context, const ClaimPart& part, const Figure& rate,
                Findings& findings) {
  const std::optional<double> most = rate_bound(context, part);
  if (!most || rate.bounds().low <= *most) return;
  Finding finding = serving_finding(context, part, "serving_rate_above_bound", CheckResult::kFlag,
                                    context.say("serving_rate_above_bound", rate.text(),
                                                readable_text(*most, 4), context.device(part)),
                                    {context.shown(rate)});
  finding.check.computed = CheckNumber{*most, {}, "token/s/gpu"};
  finding.check.expected = CheckNumber{rate.measure.value, {}, "token/s/gpu"};
  finding.touches_headline = context.is_headline(rate);
  findings.list.push_back(std::move(finding));
}

void judge_side(const RuleContext& context, const ClaimPart& part, const char* price_role,
                const char* rate_role, Findings& findings) {
  const Figure* price = part.find(price_role);
  const Figure* rate = part.find(rate_role);
  if (rate != nullptr) judge_rate(context, part, *rate, findings);
  if (price == nullptr) return;
  const std::optional<ServingHour> hour = serving_hour(context, part);
  if (!hour || hour->currency != price->measure.currency) {
    const char* why = context.device(part).empty() ? "serving_no_device" : "serving_no_price";
    findings.list.push_back(
        serving_finding(context, part, "price_against_serving", CheckResult::kNotApplicable,
                        context.say(why, price->text()), {context.shown(*price)}));
    return;
  }
  judge_break_even(context, part, *price, *hour, findings);
  if (rate != nullptr) judge_cost(context, part, *price, *rate, *hour, findings);
}

}  // namespace

void serving(const RuleContext& context, Findings& findings) {
  for (const ClaimPart* part : context.parts()) {
    judge_side(context, *part, "output_price", "decode_rate", findings);
    judge_side(context, *part, "input_price", "prefill_rate", findings);
  }
}

}  // namespace assay::audit
