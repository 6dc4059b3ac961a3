#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "audit/comparison/comparison.h"
#include "audit/output/number_text.h"
#include "audit/rules/rules.h"
#include "audit/rules/usual_share.h"
#include "audit/training_compute.h"
#include "audit/uncertainty/propagate.h"

namespace assay::audit {
namespace {

// Id in configs/registry/bands.
constexpr std::string_view kPhysicalBand = "mfu-physical";

// The token-proportional ingredients of MFU in one part: work and device time, either of all
// tokens or of one.
struct Utilisation {
  const ClaimPart* part = nullptr;
  std::string model;
  std::string device;
  std::optional<Term> tokens;  ///< absent: the hours are per token
  Term hours;                  ///< gpu_h, or gpu_h per token
  const Figure* seq_len = nullptr;
};

const Figure* find_tokens(const RuleContext& context, const ClaimPart& part) {
  if (const Figure* tokens = context.find(part, "tokens")) return tokens;
  // One run, told in the total: its tokens are those of its only stage too.
  return part.dimension == "final-run" ? context.find(context.claim().total, "tokens") : nullptr;
}

const Figure* find_seq_len(const RuleContext& context, const ClaimPart& part) {
  if (const Figure* length = context.find(part, "seq_len")) return length;
  return context.find(context.claim().total, "seq_len");
}

std::optional<Utilisation> utilisation_of(const RuleContext& context, const ClaimPart& part) {
  Utilisation u{.part = &part,
                .model = context.model(part),
                .device = context.device(part),
                .seq_len = find_seq_len(context, part)};
  if (u.device.empty()) return std::nullopt;
  if (const Figure* tokens = find_tokens(context, part)) {
    const std::optional<Term> hours = hours_term(context, part);
    if (!hours) return std::nullopt;
    u.tokens = context.term(*tokens, "token");
    u.hours = *hours;
    return u;
  }
  const Figure* rate = context.find(part, "hours_per_token");
  if (rate == nullptr) return std::nullopt;
  u.hours = context.term(*rate, "gpu_h/token");
  return u;
}

std::optional<Term> mfu_term(const RuleContext& context, const Utilisation& u,
                             FlopConvention convention, const Term& peak) {
  const std::optional<Term> flops = flops_per_token_term(context, *u.part, convention, u.seq_len);
  if (!flops) return std::nullopt;
  const Term work = u.tokens ? *flops * *u.tokens : *flops;
  return work / (u.hours * constant(3600) * peak);
}

Finding mfu_finding(const RuleContext& context, const Utilisation& u, const std::string& rule,
                    CheckResult result, const Term& mfu, std::string sentence) {
  Finding finding = plain_finding(context, CheckKind::kPhysics, rule, result, std::move(sentence));
  if (!u.part->label().empty()) finding.check.name += ": " + u.part->label();
  finding.check.formula = formula_text(mfu, "");
  finding.check.computed = check_number(mfu, "");
  for (const TermInput& input : mfu.inputs) finding.check.inputs.push_back(input.shown);
  finding.check.provenance = provenance_of(mfu);
  finding.touches_headline = true;  // hours and tokens are what the headline's cost is made of
  return finding;
}

// The title says by which convention was judged.
void name_convention(const RuleContext& context, const Utilisation& u, std::string_view convention,
                     Finding& finding) {
  if (convention != to_string(FlopConvention::kSixNd)) return;
  finding.check.name = context.say("rule.implied_mfu_six_nd");
  if (!u.part->label().empty()) finding.check.name += ": " + u.part->label();
}

// The usual band: pass inside, flag outside.
void judge_band(const RuleContext& context, const Utilisation& u, const Term& mfu,
                std::string_view convention, const Peak& peak, Findings& findings) {
  const std::string_view id = usual_mfu_band(context, u.model, u.device);
  const auto& bands = context.registry().bands();
  const auto band = bands.find(std::string(id));
  const std::string value = percent_text(mfu.value);
  if (band == bands.end()) {
    findings.list.push_back(mfu_finding(context, u, "implied_mfu", CheckResult::kNotApplicable, mfu,
                                        context.say("mfu_no_band", value, convention, peak.name)));
    name_convention(context, u, convention, findings.list.back());
    return;
  }
  const bool inside = band->second.low <= mfu.value && mfu.value <= band->second.high;
  auto [result, sentence] =
      usual_share(context, *u.part, mfu.value, inside, std::string(convention), peak, band->second);
  Finding finding = mfu_finding(context, u, "implied_mfu", result, mfu, std::move(sentence));
  name_convention(context, u, convention, finding);
  finding.check.expected = range_number({band->second.low, band->second.high}, "");
  finding.check.inputs.push_back(context.shown(
      band->second.source, context.say("usual_band"),
      fmt::format("{} - {}", percent_text(band->second.low), percent_text(band->second.high))));
  findings.list.push_back(std::move(finding));
}

// True where the claim is of what comes after a final run, and not of that run.
bool is_after_pretraining(const RuleContext& context) {
  const auto is = [&](std::string_view dimension, ScopeState state) {
    return context.claim().scope[*scope_index(dimension)] == state;
  };
  const bool later = is("post-training", ScopeState::kIncluded) || is("RL", ScopeState::kIncluded);
  return is("final-run", ScopeState::kExcluded) ||
         (later && !is("final-run", ScopeState::kIncluded));
}

// How little of 6 N D another admissible reading would leave. Of a mixture whose active parameters
// are not known a hundredth may be at work (no published one has fewer than a fiftieth); a part
// that is no pre-training may have done forward passes alone.
double kindest_share(const RuleContext& context, const Utilisation& u) {
  constexpr double kLeastActive = 0.01;
  constexpr double kForwardAlone = 1 / 3.0;
  const bool tuned = u.part->dimension != "final-run" && is_after_pretraining(context);
  return (active_parameters_known(context, *u.part) ? 1 : kLeastActive) *
         (tuned ? kForwardAlone : 1);
}

// The physical bound in the reading that is kindest to the claim: the convention with the fewest
// FLOPs, the highest admissible peak, and the favourable end of every rounding interval.
void judge_bound(const RuleContext& context, const Utilisation& u, Findings& findings) {
  const auto& bands = context.registry().bands();
  const auto bound = bands.find(std::string(kPhysicalBand));
  const std::optional<Peak> peak = highest_peak(context, u.device, context.precision(*u.part));
  if (bound == bands.end() || !peak) return;
  std::optional<Term> least;
  for (const FlopConvention convention :
       {FlopConvention::kSixNd, FlopConvention::kExactCausal, FlopConvention::kExactFull}) {
    const std::optional<Term> mfu = mfu_term(context, u, convention, peak->term);
    if (mfu && (!least || mfu->widest.low < least->widest.low)) least = mfu;
  }
  if (!least || least->widest.low * kindest_share(context, u) <= bound->second.high) return;
  findings.list.push_back(mfu_finding(context, u, "physical_bound", CheckResult::kFail, *least,
                                      context.say("mfu_impossible", percent_text(least->value),
                                                  peak->name, percent_text(bound->second.high))));
}

void show_formula(const RuleContext& context, const Utilisation& u, Findings& findings) {
  if (u.seq_len == nullptr) return;
  const std::optional<Term> formula =
      flops_formula_term(context, u.model, FlopConvention::kExactCausal, *u.seq_len);
  if (!formula) return;
  Finding finding = mfu_finding(context, u, "flops_of_shape", CheckResult::kNotApplicable, *formula,
                                context.say("flops_of_shape", u.model));
  finding.check.formula = formula_text(*formula, "FLOP/token");
  finding.check.computed = check_number(*formula, "FLOP/token");
  finding.touches_headline = false;
  findings.list.push_back(std::move(finding));
}

// Conventions beside the headline one: shown, not judged.
std::optional<Term> show_convention(const RuleContext& context, const Utilisation& u,
                                    FlopConvention convention, const Peak& peak,
                                    Findings& findings) {
  std::optional<Term> mfu = mfu_term(context, u, convention, peak.term);
  if (!mfu) return std::nullopt;
  Finding finding = mfu_finding(context, u, fmt::format("implied_mfu_{}", to_string(convention)),
                                CheckResult::kNotApplicable, *mfu,
                                context.say("mfu_other_convention", percent_text(mfu->value),
                                            to_string(convention), peak.name));
  finding.touches_headline = false;
  findings.list.push_back(std::move(finding));
  return mfu;
}

// Where no parameters and tokens are published: printed compute over hours at the peak.
void judge_printed_compute(const RuleContext& context, const ClaimPart& part, Findings& findings) {
  const Figure* flops = context.find(part, "flops");
  const std::optional<Term> hours = hours_term(context, part);
  const std::optional<Peak> peak = headline_peak(context, context.device(part));
  const std::optional<Peak> most =
      highest_peak(context, context.device(part), context.precision(part));
  const auto& bands = context.registry().bands();
  const auto usual = bands.find("mfu-other");
  const auto bound = bands.find(std::string(kPhysicalBand));
  if (flops == nullptr || !hours || !peak || !most || usual == bands.end() ||
      bound == bands.end()) {
    return;
  }
  Utilisation u{.part = &part,
                .model = {},
                .device = context.device(part),
                .tokens = {},
                .hours = *hours,
                .seq_len = nullptr};
  const Term mfu = context.term(*flops, "FLOP") / (*hours * constant(3600) * peak->term);
  const bool inside = intervals_meet(mfu.bounds, {usual->second.low, usual->second.high});
  auto [result, sentence] = usual_share(context, part, mfu.value, inside, context.say("as_printed"),
                                        *peak, usual->second);
  findings.list.push_back(
      mfu_finding(context, u, "mfu_of_printed_compute", result, mfu, std::move(sentence)));
  // Kindest reading: the printed compute counts recomputation, and the device ran at its fastest.
  const Term least = context.term(*flops, "FLOP") * constant(3) /
                     (constant(4) * *hours * constant(3600) * most->term);
  if (least.widest.low <= bound->second.high) return;
  const bool one_source = std::all_of(mfu.inputs.begin(), mfu.inputs.end(), [&](const auto& input) {
    return input.figure.empty() || input.source_key == flops->source.key;
  });
  // A fine-tune's table often carries the compute of its base.
  const bool certain = one_source && !is_after_pretraining(context);
  findings.list.push_back(mfu_finding(context, u, "physical_bound",
                                      certain ? CheckResult::kFail : CheckResult::kFlag, least,
                                      context.say("mfu_impossible", percent_text(least.value),
                                                  most->name, percent_text(bound->second.high))));
}

void judge_part_physics(const RuleContext& context, const ClaimPart& part, Findings& findings) {
  const std::optional<Utilisation> u = utilisation_of(context, part);
  if (!u || !flops_per_token_term(context, part, FlopConvention::kSixNd, nullptr)) {
    judge_printed_compute(context, part, findings);
    return;
  }
  const std::optional<Peak> peak = headline_peak(context, u->device);
  if (!peak) return;
  const std::optional<Term> causal =
      mfu_term(context, *u, FlopConvention::kExactCausal, peak->term);
  if (causal) {
    show_formula(context, *u, findings);
    judge_band(context, *u, *causal, to_string(FlopConvention::kExactCausal), *peak, findings);
    const auto full = show_convention(context, *u, FlopConvention::kExactFull, *peak, findings);
    const auto six = show_convention(context, *u, FlopConvention::kSixNd, *peak, findings);
    if (!findings.implied_mfu && full && six) {
      findings.implied_mfu_term = *causal;
      findings.implied_mfu_full_term = *full;
      findings.implied_mfu_six_nd_term = *six;
      findings.implied_mfu =
          ImpliedMfu{six->value, causal->value, full->value, peak->term.value, peak->name};
    }
  } else if (const std::optional<Term> six =
                 mfu_term(context, *u, FlopConvention::kSixNd, peak->term)) {
    judge_band(context, *u, *six, to_string(FlopConvention::kSixNd), *peak, findings);
    if (!findings.implied_six_nd) {
      findings.implied_six_nd = SixNdMfu{six->value, peak->term.value, peak->name};
      findings.implied_mfu_six_nd_term = *six;
      findings.six_nd_path = part.path;
    }
  }
  judge_bound(context, *u, findings);
}

}  // namespace

void implied_mfu(const RuleContext& context, Findings& findings) {
  if (const ClaimPart* part = context.pretraining()) judge_part_physics(context, *part, findings);
  for (const ClaimPart& run : context.claim().runs) judge_part_physics(context, run, findings);
}

}  // namespace assay::audit
