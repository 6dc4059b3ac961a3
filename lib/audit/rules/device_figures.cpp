#include <optional>
#include <string>

#include "audit/comparison/comparison.h"
#include "audit/device_variants.h"
#include "audit/output/number_text.h"
#include "audit/rules/rules.h"
#include "audit/training_compute.h"

namespace assay::audit {
namespace {

void check_peak(const RuleContext& context, const ClaimPart& part, Findings& findings) {
  const Figure* printed = part.find("peak");
  const std::string device = context.device(part);
  const std::optional<Peak> peak = headline_peak(context, device);
  if (printed == nullptr || !peak) return;
  const double value = printed->measure.value;
  const std::optional<std::string> dense =
      named_peak(context.registry(), device, value, 0, context.precision(part));
  const bool own = dense && dense->starts_with(device + " dense");
  std::string sentence = context.say("peak_known", printed->text(), dense.value_or("-"));
  if (!own) {
    sentence = dense ? context.say("peak_of_another", printed->text(), *dense, peak->name,
                                   readable_text(peak->term.value / 1e12, "TFLOP/s"))
                     : context.say("peak_unknown", printed->text(), peak->name,
                                   readable_text(peak->term.value / 1e12, "TFLOP/s"));
  }
  Finding finding = plain_finding(context, CheckKind::kProvenance, "printed_peak",
                                  own ? CheckResult::kPass : CheckResult::kFlag,
                                  std::move(sentence), {context.shown(*printed)});
  finding.check.computed = CheckNumber{peak->term.value / 1e12, {}, "TFLOP/s"};
  finding.check.expected = CheckNumber{value / 1e12, {}, "TFLOP/s"};
  findings.list.push_back(std::move(finding));
}

void check_power(const RuleContext& context, const ClaimPart& part, Findings& findings) {
  const Figure* power = part.find("power");
  if (power == nullptr) return;
  const std::string device = context.device(part);
  const std::optional<std::string> other =
      variant_of_tdp(context.registry(), device, power->measure.value);
  if (!other) return;
  findings.list.push_back(
      plain_finding(context, CheckKind::kProvenance, "power_of_another_variant", CheckResult::kFlag,
                    context.say("power_of_another_variant", power->text(), *other, device),
                    {context.shown(*power)}));
}

}  // namespace

void device_figures(const RuleContext& context, Findings& findings) {
  for (const ClaimPart* part : context.parts()) {
    check_peak(context, *part, findings);
    check_power(context, *part, findings);
  }
}

}  // namespace assay::audit
