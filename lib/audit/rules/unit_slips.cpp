#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <string>

#include "audit/comparison/comparison.h"
#include "audit/costs/market_price.h"
#include "audit/output/number_text.h"
#include "audit/rules/rules.h"
#include "audit/training_compute.h"
#include "audit/uncertainty/propagate.h"

namespace assay::audit {
namespace {

struct Slip {
  double factor;
  std::string_view reason;  ///< id of its wording
};

// Factors that a unit taken for another leaves behind.
constexpr std::array kSlips{
    Slip{2, "slip_cores"},           Slip{4, "slip_boards"},    Slip{8, "slip_nodes"},
    Slip{10, "slip_point"},          Slip{24, "slip_days"},     Slip{60, "slip_minutes"},
    Slip{1e3, "slip_thousands"},     Slip{1e4, "slip_myriads"}, Slip{1e6, "slip_thousands"},
    Slip{1e12, "slip_per_trillion"},
};

// Wider than this an interval meets some factor by chance; small factors sooner than large ones.
constexpr double kWidest = 0.06;
constexpr double kWidestOfLarge = 0.3;
constexpr double kLarge = 8;

double width(const CheckNumber& number) {
  if (!number.bounds) return 1;
  return (number.bounds->high - number.bounds->low) / number.value;
}

bool explains(const CheckNumber& computed, const CheckNumber& expected, double factor) {
  constexpr double kNear = 0.01;
  if (std::abs(computed.value * factor / expected.value - 1) > kNear) return false;
  const Bounds<double> scaled{computed.bounds->low * factor, computed.bounds->high * factor};
  return intervals_meet(scaled, *expected.bounds);
}

void look_for_slip(const RuleContext& context, const Check& check, Findings& findings) {
  if (check.kind != CheckKind::kIdentity && check.kind != CheckKind::kProvenance) return;
  if (check.rule == "stages_exceed_total") return;  // some rows are no reading of the total
  if (check.result != CheckResult::kFail && check.result != CheckResult::kFlag) return;
  if (!check.computed || !check.expected) return;
  const double widest = std::max(width(*check.computed), width(*check.expected));
  // Ratios have rules of their own (peaks, recomputation).
  const std::string& unit = check.expected->unit;
  if (unit.empty() || unit == "%" || unit == "x" || unit.ends_with("/token")) return;
  for (const Slip& slip : kSlips) {
    if (widest > (slip.factor < kLarge ? kWidest : kWidestOfLarge)) continue;
    const bool more = explains(*check.computed, *check.expected, slip.factor);
    if (!more && !explains(*check.computed, *check.expected, 1 / slip.factor)) continue;
    Finding finding = plain_finding(
        context, CheckKind::kProvenance, "unit_slip", CheckResult::kFlag,
        context.say("unit_slip", check.name, readable_text(slip.factor), context.say(slip.reason)),
        check.inputs);
    finding.check.computed = check.computed;
    finding.check.expected = check.expected;
    findings.list.push_back(std::move(finding));
    return;
  }
}

// A price for a board or node of several chips against the market's price for one chip.
void check_board_price(const RuleContext& context, const ClaimPart& part, const Check& price,
                       Findings& findings) {
  const std::string device = context.device(part);
  const auto market = market_price(context, device, context.claim().date);
  if (!market || !price.computed || part.find("price") == nullptr) return;
  if (price.computed->unit != market->currency + "/gpu_h") return;  // its rate says too little
  const double value = price.computed->value;
  if (value <= market->high) return;
  for (const double chips : {4.0, 8.0}) {
    if (value / chips < market->low || value / chips > market->high) continue;
    Finding finding = plain_finding(
        context, CheckKind::kPrice, "price_of_several_devices", CheckResult::kFlag,
        context.say("price_of_several_devices", readable_text(value, price.computed->unit), chips,
                    readable_text(value / chips, price.computed->unit), device),
        price.inputs);
    finding.check.formula = formula_text(constant(value) / constant(chips), price.computed->unit);
    finding.check.computed = CheckNumber{value / chips, {}, price.computed->unit};
    findings.list.push_back(std::move(finding));
    return;
  }
}

const Check* check_of(const Findings& findings, std::string_view rule) {
  for (const Finding& finding : findings.list) {
    if (finding.check.rule == rule) return &finding.check;
  }
  return nullptr;
}

// Hours that would do at most a tenth of the work at full peak, and that are usual as hours per
// trillion tokens.
void check_per_trillion(const RuleContext& context, const ClaimPart& part, Findings& findings) {
  const Figure* hours = part.find("hours");
  const Figure* tokens = context.find(part, "tokens");
  const std::optional<Peak> peak = headline_peak(context, context.device(part));
  const std::optional<Term> flops =
      flops_per_token_term(context, part, FlopConvention::kSixNd, nullptr);
  const auto band = context.registry().bands().find(
      std::string(usual_mfu_band(context, context.model(part), context.device(part))));
  if (hours == nullptr || tokens == nullptr || !peak || !flops ||
      band == context.registry().bands().end() || !active_parameters_known(context, part)) {
    return;
  }
  constexpr double kSeconds = 3600;
  const double trillions = tokens->measure.value / 1e12;
  const double mfu =
      flops->value * tokens->measure.value / (hours->measure.value * kSeconds * peak->term.value);
  const double as_rate = mfu / trillions;
  if (mfu <= band->second.high || as_rate < band->second.low || as_rate > band->second.high) return;
  // Devices and time say what the hours must be; without them the unit is open.
  const bool timed = devices_term(context, part) && context.find(part, "wall") != nullptr;
  if (trillions < 1.5 || timed) return;
  Finding finding = plain_finding(
      context, CheckKind::kProvenance, "rate_as_total", CheckResult::kFlag,
      context.say("rate_as_total", hours->text(), percent_text(mfu), percent_text(as_rate)),
      {context.shown(*hours), context.shown(*tokens)});
  finding.check.formula = formula_text(
      *flops * constant(1e12) / (context.term(*hours, "gpu_h") * constant(kSeconds) * peak->term),
      "");
  finding.check.computed = CheckNumber{as_rate, {}, ""};
  findings.list.push_back(std::move(finding));
}

}  // namespace

void unit_slips(const RuleContext& context, Findings& findings) {
  const size_t known = findings.list.size();
  for (size_t i = 0; i < known; ++i) {
    const Check check = findings.list[i].check;
    look_for_slip(context, check, findings);
  }
  if (const Check* price = check_of(findings, "implied_price")) {
    const Check copy = *price;
    check_board_price(context, context.claim().total, copy, findings);
  }
  for (const ClaimPart* part : context.parts()) check_per_trillion(context, *part, findings);
}

}  // namespace assay::audit
