#include <fmt/format.h>

#include <array>
#include <cmath>
#include <optional>
#include <string>

#include "audit/comparison.h"
#include "audit/number_text.h"
#include "audit/propagate.h"
#include "audit/rules/rules.h"
#include "audit/training_compute.h"

namespace assay::audit {
namespace {

constexpr double kSamePeak = 0.005;  // a printed utilisation has three digits or so
constexpr std::array<std::string_view, 4> kMfuRoles{"mfu", "mfu_six_nd", "mfu_causal", "mfu_full"};

// The device peak that a printed utilisation was divided by, where it is not the headline peak:
// another precision, twice the dense peak (2:4 sparsity), or another variant of the chip.
std::optional<std::string> other_peak(const RuleContext& context, const std::string& device,
                                      const Term& implied) {
  const auto matches = [&](double peak) { return std::abs(implied.value / peak - 1) <= kSamePeak; };
  for (const auto& [dtype, peak] : context.registry().device(device).peak_flops) {
    if (matches(peak.measure.value)) return fmt::format("{} dense {}", device, dtype);
  }
  for (const auto& [dtype, peak] : context.registry().device(device).peak_flops) {
    if (matches(2 * peak.measure.value)) return fmt::format("{} sparse {}", device, dtype);
  }
  const std::string stem = device.substr(0, device.find('-'));
  for (const auto& [id, other] : context.registry().devices()) {
    if (id == device || id.substr(0, id.find('-')) != stem) continue;
    for (const auto& [dtype, peak] : other.peak_flops) {
      if (matches(peak.measure.value)) return fmt::format("{} dense {}", id, dtype);
    }
  }
  return std::nullopt;
}

std::string about(const RuleContext& context, const ClaimPart& part, const Figure& figure) {
  const std::string name = context.name(figure);
  return part.path == "total" ? name : part.name + ", " + name;
}

void check_denominator(const RuleContext& context, const ClaimPart& part, const Figure& printed,
                       const Figure& achieved, const Peak& peak, Findings& findings) {
  const Term mfu = context.term(printed, "%");
  Comparison comparison{.rule = "achieved_over_peak",
                        .about = about(context, part, printed),
                        .unit = "%",
                        .computed = context.term(achieved, "FLOP/s") / peak.term * constant(100),
                        .expected = mfu,
                        .own_formula = true};
  Finding finding = compare(context, comparison);
  const Term implied = context.term(achieved, "FLOP/s") / (mfu / constant(100));
  if (finding.check.result == CheckResult::kFlag) {
    if (const std::optional<std::string> name =
            other_peak(context, context.device(part), implied)) {
      finding.check.rule = "mfu_against_other_peak";
      finding.check.name = context.say("rule.mfu_against_other_peak");
      finding.check.sentence = context.say("mfu_other_peak", printed.text(), *name, peak.name,
                                           percent_text(comparison.computed.value / 100));
    }
  }
  findings.list.push_back(std::move(finding));
}

// A printed utilisation against the one that hours and tokens imply, in the convention of its role
// or, where none is stated, in the nearest one.
void check_implied(const RuleContext& context, const ClaimPart& part, const Figure& printed,
                   Findings& findings) {
  if (!findings.implied_mfu) return;
  const ImpliedMfu& implied = *findings.implied_mfu;
  double value = implied.exact_causal;
  if (printed.role == "mfu_full") value = implied.exact_full;
  if (printed.role == "mfu_six_nd") value = implied.six_nd;
  const double said = printed.measure.value;
  if (printed.role == "mfu") {
    for (const double other : {implied.exact_full, implied.six_nd}) {
      if (std::abs(other - said) < std::abs(value - said)) value = other;
    }
  }
  const double away = value / said - 1;
  const double hfu = implied.six_nd * 4 / 3;
  const bool near = std::abs(away) <= kNearMiss;
  const bool is_hfu = !near && std::abs(hfu / said - 1) <= kNearMiss;
  Finding finding = plain_finding(
      context, CheckKind::kPhysics, is_hfu ? "hfu_quoted_as_mfu" : "printed_mfu",
      near ? CheckResult::kPass : CheckResult::kFlag,
      is_hfu ? context.say("mfu_is_hfu", printed.text(), percent_text(hfu))
             : context.say("printed_mfu", printed.text(), percent_text(value),
                           fmt::format("{}{}", away > 0 ? "+" : "", percent_text(away))),
      {context.shown(printed)});
  finding.check.name += ": " + about(context, part, printed);
  finding.check.computed = CheckNumber{value * 100, {}, "%"};
  finding.check.expected = CheckNumber{said * 100, {}, "%"};
  finding.touches_headline = context.is_headline(printed);
  findings.list.push_back(std::move(finding));
}

}  // namespace

void printed_mfu(const RuleContext& context, Findings& findings) {
  for (const ClaimPart* part : context.parts()) {
    const std::optional<Peak> peak = headline_peak(context, context.device(*part));
    if (!peak) continue;
    const Figure* achieved = part->find("achieved");
    for (const std::string_view role : kMfuRoles) {
      const Figure* printed = part->find(role);
      if (printed == nullptr) continue;
      if (achieved != nullptr) {
        check_denominator(context, *part, *printed, *achieved, *peak, findings);
      } else {
        check_implied(context, *part, *printed, findings);
      }
    }
  }
}

}  // namespace assay::audit
