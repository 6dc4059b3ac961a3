#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "audit/comparison/comparison.h"
#include "audit/output/number_text.h"
#include "audit/rules/published_range.h"
#include "audit/rules/rules.h"
#include "audit/training_compute.h"

namespace assay::audit {
namespace {

/// A factor that its definition bounds at one.
struct FactorLimit {
  std::string_view role;
  std::string_view rule;
  CheckKind kind = CheckKind::kPower;
  bool at_least = false;  ///< true: below one is impossible; false: above one
  bool is_bound = false;  ///< nothing else can have been meant
};
constexpr std::array kFactorLimits{
    FactorLimit{"pue", "pue_below_one", CheckKind::kPower, true, true},
    FactorLimit{"node_factor", "node_factor_below_one", CheckKind::kPower, true, false},
    FactorLimit{"load", "load_above_one", CheckKind::kPower, false, false},
    FactorLimit{"utilisation", "paid_use_above_one", CheckKind::kIdentity, false, true}};

Finding limit_finding(const RuleContext& context, const ClaimPart& part, CheckKind kind,
                      std::string_view rule, CheckResult result, const Figure& printed,
                      std::string sentence) {
  Finding finding = plain_finding(context, kind, std::string(rule), result, std::move(sentence),
                                  {context.shown(printed)});
  if (part.path != "total") finding.check.name += ": " + part.name;
  finding.touches_headline = context.is_headline(printed);
  return finding;
}

// Beyond one by definition. A building that draws less than what stands in it cannot be, nor can
// more than the whole time be sold; a load and a node's share may have meant another quantity (a
// peak power), and contradict nothing. What is told as "about" has the widest rounding.
void limit_factors(const RuleContext& context, const ClaimPart& part, Findings& findings) {
  for (const FactorLimit& limit : kFactorLimits) {
    const Figure* printed = part.find(limit.role);
    if (printed == nullptr) continue;
    const double value = printed->measure.value;
    if (limit.at_least ? value >= 1 : value <= 1) continue;
    const Bounds<double> widest = printed->widest();
    const bool beyond = limit.at_least ? widest.high < 1 : widest.low > 1;
    const bool impossible = limit.is_bound && beyond && !contradicts_nothing(*printed);
    findings.list.push_back(limit_finding(context, part, limit.kind, limit.rule,
                                          impossible ? CheckResult::kFail : CheckResult::kFlag,
                                          *printed, context.say(limit.rule, printed->text())));
  }
}

// A printed power against the rated one: below a quarter a device idles, above a node with its
// building nothing is left that could draw it.
void limit_power(const RuleContext& context, const ClaimPart& part, Findings& findings) {
  const Figure* printed = part.find("power");
  const std::string id = context.device(part);
  const auto device = context.registry().devices().find(id);
  const auto& bands = context.registry().bands();
  const auto gpu = bands.find("power-gpu");
  const auto node = bands.find("power-node");
  if (printed == nullptr || device == context.registry().devices().end() || !device->second.tdp ||
      gpu == bands.end() || node == bands.end()) {
    return;
  }
  const double tdp = device->second.tdp->measure.value;
  const double most = node->second.high * std::max(1.0, believable_pue(context, part));
  const Bounds<double> bounds = printed->bounds();
  if (bounds.high / tdp >= gpu->second.low && bounds.low / tdp <= most) return;
  findings.list.push_back(limit_finding(
      context, part, CheckKind::kPower, "printed_power_outside", CheckResult::kFlag, *printed,
      context.say("printed_power_outside", printed->text(),
                  readable_text(printed->measure.value / tdp, 3), id, readable_text(tdp, "W"),
                  readable_text(gpu->second.low), readable_text(most, 3))));
}

// True where the figure may be that of all devices together, by their printed number.
bool may_be_of_all_devices(const RuleContext& context, const ClaimPart& part, double achieved,
                           double peak) {
  constexpr double kIdle = 0.01;  // of the peak: less is no training
  const std::optional<Term> devices = devices_term(context, part);
  if (!devices || devices->value <= 1) return false;
  return achieved / devices->value >= kIdle * peak;
}

// Achieved FLOP/s per device against the highest dense peak that the stated precision leaves, or
// any that the device has: most of it is unusual, more than all of it is impossible.
void limit_achieved(const RuleContext& context, const ClaimPart& part, Findings& findings) {
  const Figure* achieved = part.find("achieved");
  const std::optional<Peak> most =
      highest_peak(context, context.device(part), context.precision(part));
  const auto& bands = context.registry().bands();
  const auto bound = bands.find("mfu-physical");
  if (achieved == nullptr || !most || bound == bands.end()) return;
  const double low = achieved->bounds().low;
  const double peak = most->term.value;
  if (low <= bound->second.high * peak) return;
  const bool impossible = achieved->widest().low > peak && !contradicts_nothing(*achieved) &&
                          !may_be_of_all_devices(context, part, achieved->measure.value, peak);
  Finding finding = limit_finding(
      context, part, CheckKind::kPhysics, "achieved_above_peak",
      impossible ? CheckResult::kFail : CheckResult::kFlag, *achieved,
      context.say("achieved_above_peak", achieved->text(),
                  percent_text(achieved->measure.value / peak), most->name,
                  readable_text(peak / 1e12, "TFLOP/s"), percent_text(bound->second.high)));
  finding.check.computed = CheckNumber{peak / 1e12, {}, "TFLOP/s"};
  finding.check.expected = CheckNumber{achieved->measure.value / 1e12, {}, "TFLOP/s"};
  findings.list.push_back(std::move(finding));
}

}  // namespace

void physical_limits(const RuleContext& context, Findings& findings) {
  for (const ClaimPart* part : context.parts()) {
    limit_factors(context, *part, findings);
    limit_power(context, *part, findings);
    limit_achieved(context, *part, findings);
  }
}

}  // namespace assay::audit
