#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "audit/comparison/comparison.h"
#include "audit/output/number_text.h"
#include "audit/rules/rules.h"
#include "audit/training_compute.h"

namespace assay::audit {
namespace {

constexpr std::array<std::string_view, 5> kShareRoles{"mfu", "mfu_six_nd", "mfu_causal", "mfu_full",
                                                      "hfu"};

/// The most that a share of a device's 16-bit peak can be, and the peak that allows it.
struct HighestShare {
  double share = 1;    ///< the highest admissible peak over the 16-bit one
  std::string name;    ///< "h100-sxm dense FP8"; empty: the device has no registered peak
  double flops = 0;    ///< of that peak
  bool device = true;  ///< false: none is stated, and this one allows the most
};

std::optional<HighestShare> share_on(const RuleContext& context, const std::string& device,
                                     const std::string& precision) {
  const std::optional<Peak> usual = headline_peak(context, device);
  const std::optional<Peak> most = highest_peak(context, device, precision);
  if (!usual || !most) return std::nullopt;
  return HighestShare{std::max(1.0, most->term.value / usual->term.value), most->name,
                      most->term.value};
}

// Against the highest dense peak that the stated precision leaves. Without a device: of the one
// that leaves the most.
HighestShare highest_share(const RuleContext& context, const ClaimPart& part) {
  const std::string precision = context.precision(part);
  const std::string device = context.device(part);
  if (!device.empty()) return share_on(context, device, precision).value_or(HighestShare{});
  HighestShare most;
  for (const auto& [id, entry] : context.registry().devices()) {
    const std::optional<HighestShare> share = share_on(context, id, precision);
    if (share && share->share > most.share) most = *share;
  }
  most.device = false;
  return most;
}

Finding share_finding(const RuleContext& context, const ClaimPart& part, const Figure& printed,
                      const std::string& rule, bool impossible, std::string sentence) {
  Finding finding = plain_finding(context, CheckKind::kPhysics, rule,
                                  impossible ? CheckResult::kFail : CheckResult::kFlag,
                                  std::move(sentence), {context.shown(printed)});
  finding.check.name += ": " + part.titled(context.name(printed));
  finding.touches_headline = context.is_headline(printed);
  return finding;
}

// What is told as "about" is impossible beyond its widest rounding, the rest beyond its usual one.
double least(const Figure& printed) {
  const bool loose =
      printed.direction == Direction::kAbout || printed.direction == Direction::kMagnitude;
  return loose ? printed.widest().low : printed.bounds().low;
}

std::string above_peak_text(const RuleContext& context, const Figure& printed,
                            const HighestShare& most, double bound, bool impossible) {
  if (most.name.empty()) return context.say("utilisation_above_peak", printed.text());
  const double share = printed.measure.value / most.share;
  const std::string peak = readable_text(most.flops / 1e12, "TFLOP/s");
  const std::string_view id =
      impossible ? (most.device ? "share_above_highest" : "share_above_any") : "share_of_narrower";
  return context.say(id, printed.text(), most.name, peak, percent_text(share), percent_text(bound));
}

// A share above one of the 16-bit peak may be of work in a narrower precision. Beyond the physical
// bound of the highest peak, and beyond one, no work explains it.
void check_above_peak(const RuleContext& context, const ClaimPart& part, const Figure& printed,
                      double bound, Findings& findings) {
  if (printed.bounds().low <= 1) return;
  const HighestShare most = highest_share(context, part);
  const double limit = std::max(1.0, bound * most.share);
  const bool impossible = least(printed) > limit && !contradicts_nothing(printed);
  Finding finding = share_finding(context, part, printed, "utilisation_above_peak", impossible,
                                  above_peak_text(context, printed, most, bound, impossible));
  finding.check.computed = CheckNumber{limit * 100, {}, "%"};
  finding.check.expected = CheckNumber{printed.measure.value * 100, {}, "%"};
  findings.list.push_back(std::move(finding));
}

// Between the physical bound and one.
void check_above_bound(const RuleContext& context, const ClaimPart& part, const Figure& printed,
                       double bound, Findings& findings) {
  const double low = printed.bounds().low;
  if (low <= bound || low > 1) return;
  findings.list.push_back(
      share_finding(context, part, printed, "utilisation_above_bound", false,
                    context.say("utilisation_above_bound", printed.text(), percent_text(bound))));
}

// Hardware FLOPs are those of the model and what is computed again. An MFU of a stated convention
// may count attention that the HFU leaves out: a flag.
void check_hardware_share(const RuleContext& context, const ClaimPart& part, Findings& findings) {
  const Figure* hardware = part.find("hfu");
  if (hardware == nullptr) return;
  for (const std::string_view role : kShareRoles) {
    const Figure* model = role == "hfu" ? nullptr : part.find(role);
    if (model == nullptr || hardware->bounds().high >= model->bounds().low) continue;
    const bool one_source = hardware->source.key == model->source.key && role == "mfu";
    const bool apart = hardware->widest().high < model->widest().low * (1 - kNearMiss);
    const bool impossible =
        one_source && apart && !contradicts_nothing(*hardware) && !contradicts_nothing(*model);
    Finding finding = share_finding(context, part, *hardware, "hfu_below_mfu", impossible,
                                    context.say("hfu_below_mfu", hardware->text(), model->text()));
    finding.check.inputs.push_back(context.shown(*model));
    finding.check.computed = CheckNumber{hardware->measure.value * 100, {}, "%"};
    finding.check.expected = CheckNumber{model->measure.value * 100, {}, "%"};
    finding.touches_headline = finding.touches_headline || context.is_headline(*model);
    findings.list.push_back(std::move(finding));
  }
}

}  // namespace

void utilisation_limits(const RuleContext& context, Findings& findings) {
  const auto bound = context.registry().bands().find("mfu-physical");
  const double highest = bound == context.registry().bands().end() ? 1 : bound->second.high;
  for (const ClaimPart* part : context.parts()) {
    for (const std::string_view role : kShareRoles) {
      const Figure* printed = part->find(role);
      if (printed == nullptr) continue;
      check_above_peak(context, *part, *printed, highest, findings);
      check_above_bound(context, *part, *printed, highest, findings);
    }
    check_hardware_share(context, *part, findings);
  }
}

}  // namespace assay::audit
