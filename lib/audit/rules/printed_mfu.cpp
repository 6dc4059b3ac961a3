#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <string>

#include "audit/comparison/comparison.h"
#include "audit/device_variants.h"
#include "audit/output/number_text.h"
#include "audit/rules/rules.h"
#include "audit/training_compute.h"
#include "audit/uncertainty/propagate.h"

namespace assay::audit {
namespace {

constexpr std::array<std::string_view, 4> kMfuRoles{"mfu", "mfu_six_nd", "mfu_causal", "mfu_full"};

// A printed share of another convention is no more than this range of 6 N D's; achieved FLOP/s may
// be counted in another one too, or with what is computed again.
constexpr Bounds<double> kConventionSpread{0.75, 1.7};
// Of a share whose model has no registered shape: attention up to half as much again.
constexpr Bounds<double> kAttentionSpread{0.75, 1.5};

// The peak of the stated precision where it is not the headline's: a share of it is no mistake
// where the claim says that it computed in that precision.
std::optional<Peak> stated_peak(const RuleContext& context, const ClaimPart& part) {
  const std::optional<Peak> headline = headline_peak(context, context.device(part));
  const auto device = context.registry().devices().find(context.device(part));
  if (!headline || device == context.registry().devices().end()) return std::nullopt;
  const auto stated = device->second.peak_flops.find(context.precision(part));
  if (stated == device->second.peak_flops.end()) return std::nullopt;
  const double flops = stated->second.measure.value;
  if (flops == headline->term.value) return std::nullopt;
  std::string name = fmt::format("{} dense {}", device->first, stated->first);
  return Peak{context.term(stated->second, "FLOP/s", name), name};
}

// Achieved over peak, both printed: arithmetic of the source.
void check_printed_peak(const RuleContext& context, const ClaimPart& part, const Figure& printed,
                        const Figure& achieved, const Figure& peak, Findings& findings) {
  Comparison comparison{
      .rule = "achieved_over_peak",
      .about = part.titled(context.name(printed)),
      .unit = "%",
      .computed = context.term(achieved, "FLOP/s") / context.term(peak, "FLOP/s") * constant(100),
      .expected = context.term(printed, "%")};
  const double ratio = comparison.computed.value / comparison.expected.value;
  comparison.excused = ratio >= 1 / kConventionSpread.high && ratio <= kConventionSpread.high;
  findings.list.push_back(compare(context, comparison));
}

void check_denominator(const RuleContext& context, const ClaimPart& part, const Figure& printed,
                       const Figure& achieved, const Peak& peak, Findings& findings) {
  const Term mfu = context.term(printed, "%");
  Comparison comparison{.rule = "achieved_over_peak",
                        .about = part.titled(context.name(printed)),
                        .unit = "%",
                        .computed = context.term(achieved, "FLOP/s") / peak.term * constant(100),
                        .expected = mfu,
                        .own_formula = true};
  Finding finding = compare(context, comparison);
  const std::optional<Peak> stated = stated_peak(context, part);
  if (stated && finding.check.result == CheckResult::kFlag) {
    comparison.computed = context.term(achieved, "FLOP/s") / stated->term * constant(100);
    Finding other = compare(context, comparison);
    if (other.check.result == CheckResult::kPass) {
      finding = std::move(other);
    }
  }
  const Term implied = context.term(achieved, "FLOP/s") / (mfu / constant(100));
  if (finding.check.result == CheckResult::kFlag) {
    if (const std::optional<std::string> name = named_peak(
            context.registry(), context.device(part), implied.value, 0, context.precision(part))) {
      finding.check.rule = "mfu_against_other_peak";
      finding.check.name = context.say("rule.mfu_against_other_peak");
      finding.check.sentence = context.say("mfu_other_peak", printed.text(), *name, peak.name,
                                           percent_text(comparison.computed.value / 100));
    }
  }
  findings.list.push_back(std::move(finding));
}

// The formula and inputs of the implied utilisation that was compared with.
void copy_formula(const Findings& findings, double value, Check& check) {
  for (const Finding& finding : findings.list) {
    if (!finding.check.rule.starts_with("implied_mfu") || !finding.check.computed) continue;
    if (finding.check.computed->value != value) continue;
    check.formula = finding.check.formula;
    for (const CheckInput& input : finding.check.inputs) check.inputs.push_back(input);
    return;
  }
}

// What hours and tokens imply, and whether the printed share fits it.
struct Implied {
  double value;
  double six_nd;
  double peak_flops;
  std::string peak_name;
  bool fits;
};

// The sentence and rule of a printed share: recomputation, another peak, or neither.
Finding name_reading(const RuleContext& context, const ClaimPart& part, const Figure& printed,
                     const Implied& implied, bool near) {
  const double said = printed.measure.value;
  const double away = implied.value / said - 1;
  const double hfu = implied.six_nd * 4 / 3;
  const std::string percent = percent_text(implied.value);
  const auto finding = [&](const std::string& rule, std::string sentence) {
    return plain_finding(context, CheckKind::kPhysics, rule,
                         near ? CheckResult::kPass : CheckResult::kFlag, std::move(sentence),
                         {context.shown(printed)});
  };
  if (!near && std::abs(hfu / said - 1) <= kNearMiss) {
    return finding("hfu_quoted_as_mfu",
                   context.say("mfu_is_hfu", printed.text(), percent_text(hfu)));
  }
  // The same work and time over another peak of the chip.
  std::optional<std::string> other;
  if (!near) {
    other = named_peak(context.registry(), context.device(part),
                       implied.value / said * implied.peak_flops, implied.peak_flops,
                       context.precision(part));
  }
  if (other) {
    return finding("mfu_against_other_peak", context.say("mfu_other_peak", printed.text(), *other,
                                                         implied.peak_name, percent));
  }
  return finding("printed_mfu",
                 context.say("printed_mfu", printed.text(), percent, signed_percent_text(away)));
}

Finding compare_printed(const RuleContext& context, const ClaimPart& part, const Figure& printed,
                        const Implied& implied) {
  const double away = implied.value / printed.measure.value - 1;
  const bool near = implied.fits || std::abs(away) <= kNearMiss;
  Finding finding = name_reading(context, part, printed, implied, near);
  finding.check.name += ": " + part.titled(context.name(printed));
  finding.check.computed = CheckNumber{implied.value * 100, {}, "%"};
  finding.check.expected = CheckNumber{printed.measure.value * 100, {}, "%"};
  finding.touches_headline = context.is_headline(printed);
  if (!finding.touches_headline) return finding;
  // Hours, tokens and shape are published inputs of their own.
  finding.recomputed =
      CheckNumber{implied.value / unit_size(printed.measure.unit), {}, printed.measure.unit};
  finding.reproduces_headline = implied.fits && std::abs(away) <= kReproductionMiss;
  finding.refutes_headline = !near && std::abs(away) > kReproductionMiss;
  return finding;
}

// The same work and time over another peak.
Implied over_peak(Implied implied, const Peak& peak) {
  const double scale = implied.peak_flops / peak.term.value;
  return {implied.value * scale, implied.six_nd * scale, peak.term.value, peak.name, implied.fits};
}

bool is_near(double value, double said) { return std::abs(value / said - 1) <= kNearMiss; }

// An implied utilisation in one convention.
struct Reading {
  double value;
  std::optional<Term> term;
};

// In the convention of the figure's role or, where none is stated, in the one nearest to `said`.
Reading reading_of(const Findings& findings, const Figure& printed, double said) {
  const ImpliedMfu& implied = *findings.implied_mfu;
  const Reading causal{implied.exact_causal, findings.implied_mfu_term};
  const Reading full{implied.exact_full, findings.implied_mfu_full_term};
  const Reading six{implied.six_nd, findings.implied_mfu_six_nd_term};
  if (printed.role == "mfu_full") return full;
  if (printed.role == "mfu_six_nd") return six;
  if (printed.role != "mfu") return causal;
  const std::array readings{causal, full, six};
  return *std::min_element(readings.begin(), readings.end(),
                           [&](const Reading& a, const Reading& b) {
                             return std::abs(a.value - said) < std::abs(b.value - said);
                           });
}

// A printed utilisation against the one that hours and tokens imply.
void check_implied(const RuleContext& context, const ClaimPart& part, const Figure& printed,
                   Findings& findings) {
  if (!findings.implied_mfu) return;
  const ImpliedMfu& implied = *findings.implied_mfu;
  const double said = printed.measure.value;
  Reading reading = reading_of(findings, printed, said);
  Implied against{reading.value, implied.six_nd, implied.peak_flops, implied.peak_name, false};
  double scale = 1;
  if (const std::optional<Peak> stated = stated_peak(context, part)) {
    const double narrower = implied.peak_flops / stated->term.value;
    const Reading other = reading_of(findings, printed, said / narrower);
    if (!is_near(reading.value, said) && is_near(other.value * narrower, said)) {
      reading = other;
      scale = narrower;
      against.value = other.value;
      against = over_peak(against, *stated);
    }
  }
  against.fits = intervals_meet({against.value, against.value}, printed.bounds());
  Finding finding = compare_printed(context, part, printed, against);
  if (finding.touches_headline) {
    if (reading.term) {
      finding.headline_term = *reading.term * constant(100 * scale);
      finding.headline_term_unit = "%";
    }
  }
  copy_formula(findings, reading.value, finding.check);
  findings.list.push_back(std::move(finding));
}

// A share that is four thirds of 6 N D's to the printed digits: with all activations computed
// again.
bool is_hfu_of(const Term& six, const Figure& printed) {
  constexpr double kSameShare = 0.015;
  const double hfu = six.value * 4 / 3;
  return printed.role == "mfu" && intervals_meet({hfu, hfu}, printed.bounds()) &&
         std::abs(hfu / printed.measure.value - 1) <= kSameShare;
}

// Where no shape is known: against 6 N D; of a mixture whose active parameters are not known, less
// is no mistake.
bool is_told_by_six_nd(const RuleContext& context, const ClaimPart& part, const Figure& printed,
                       const Term& six) {
  if (!active_parameters_known(context, part) && printed.measure.value < six.value) return false;
  if (printed.role == "mfu_six_nd" || is_hfu_of(six, printed)) return true;
  const Bounds<double> spread{kAttentionSpread.low * six.bounds.low,
                              kAttentionSpread.high * six.bounds.high};
  return !intervals_meet(spread, printed.bounds());
}

void check_six_nd(const RuleContext& context, const ClaimPart& part, const Figure& printed,
                  Findings& findings) {
  if (!findings.implied_six_nd || findings.six_nd_path != part.path) return;
  const SixNdMfu& implied = *findings.implied_six_nd;
  Term six = *findings.implied_mfu_six_nd_term;
  Implied against{six.value, six.value, implied.peak_flops, implied.peak_name, false};
  const double said = printed.measure.value;
  if (const std::optional<Peak> stated = stated_peak(context, part)) {
    const double narrower = implied.peak_flops / stated->term.value;
    if (!is_near(six.value, said) && is_near(six.value * narrower, said)) {
      against = over_peak(against, *stated);
      six = six * constant(narrower);
    }
  }
  if (!is_told_by_six_nd(context, part, printed, six)) return;
  against.fits = intervals_meet(six.bounds, printed.bounds());
  Finding finding = compare_printed(context, part, printed, against);
  finding.check.formula = formula_text(six, "");
  for (const TermInput& input : six.inputs) finding.check.inputs.push_back(input.shown);
  if (finding.touches_headline) {
    finding.headline_term = six * constant(100);
    finding.headline_term_unit = "%";
  }
  findings.list.push_back(std::move(finding));
}

}  // namespace

void printed_mfu(const RuleContext& context, Findings& findings) {
  for (const ClaimPart* part : context.parts()) {
    const std::optional<Peak> peak = headline_peak(context, context.device(*part));
    const Figure* achieved = part->find("achieved");
    const Figure* printed_peak = part->find("peak");
    for (const std::string_view role : kMfuRoles) {
      const Figure* printed = part->find(role);
      if (printed == nullptr) continue;
      if (achieved != nullptr && printed_peak != nullptr) {
        check_printed_peak(context, *part, *printed, *achieved, *printed_peak, findings);
      } else if (!peak) {
        continue;
      } else if (achieved != nullptr) {
        check_denominator(context, *part, *printed, *achieved, *peak, findings);
      } else {
        check_implied(context, *part, *printed, findings);
        if (!findings.implied_mfu) check_six_nd(context, *part, *printed, findings);
      }
    }
  }
}

}  // namespace assay::audit
