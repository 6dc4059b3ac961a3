#include <fmt/format.h>

#include <array>
#include <cmath>
#include <optional>

#include "audit/comparison/comparison.h"
#include "audit/output/number_text.h"
#include "audit/rules/rules.h"
#include "audit/training_compute.h"

namespace assay::audit {
namespace {

constexpr std::array kConventions{FlopConvention::kExactCausal, FlopConvention::kExactFull,
                                  FlopConvention::kSixNd};

struct Candidate {
  std::string name;
  Term term;
};

// The reading of a printed figure: the first that fits it, else the nearest. Printed figures seldom
// name their convention, and the first one is the headline convention.
const Candidate* nearest(const std::vector<Candidate>& candidates, double printed) {
  const Candidate* best = nullptr;
  const auto distance = [&](const Candidate& c) {
    return std::abs(std::log(c.term.value / printed));
  };
  for (const Candidate& candidate : candidates) {
    if (std::abs(candidate.term.value / printed - 1) <= kNearMiss) return &candidate;
  }
  for (const Candidate& candidate : candidates) {
    if (best == nullptr || distance(candidate) < distance(*best)) best = &candidate;
  }
  return best;
}

void add_formula_check(const RuleContext& context, const ClaimPart& part, const std::string& rule,
                       const Figure& printed, const std::string& unit,
                       const std::vector<Candidate>& candidates, Findings& findings) {
  const Candidate* best = nearest(candidates, context.term(printed, unit).value);
  if (best == nullptr) return;
  Finding finding = compare(context, {.rule = rule,
                                      .about = part.titled(best->name),
                                      .unit = unit,
                                      .computed = best->term,
                                      .expected = context.term(printed, unit),
                                      .own_formula = true});
  findings.list.push_back(std::move(finding));
}

const Figure* seq_len_of(const RuleContext& context, const ClaimPart& part) {
  const Figure* length = context.find(part, "seq_len");
  return length != nullptr ? length : context.find(context.claim().total, "seq_len");
}

// "250 GFLOP/token" against the shape. The written-out formula is used where there is one.
void check_flops_per_token(const RuleContext& context, const ClaimPart& part, Findings& findings) {
  const Figure* printed = part.find("flops_per_token");
  if (printed == nullptr) return;
  const Figure* length = seq_len_of(context, part);
  std::vector<Candidate> candidates;
  for (const FlopConvention convention : kConventions) {
    std::optional<Term> term;
    if (length != nullptr) {
      term = flops_formula_term(context, context.model(part), convention, *length);
    }
    if (!term) term = flops_per_token_term(context, part, convention, length);
    if (!term) continue;
    candidates.push_back({std::string(to_string(convention)), *term / constant(1e9)});
  }
  if (candidates.empty()) {
    Finding finding = plain_finding(
        context, CheckKind::kIdentity, "flops_per_token_of_shape", CheckResult::kNotApplicable,
        context.say("no_shape", printed->text()), {context.shown(*printed)});
    finding.check.name += ": " + part.name;
    findings.list.push_back(std::move(finding));
    return;
  }
  add_formula_check(context, part, "flops_per_token_of_shape", *printed, "GFLOP/token", candidates,
                    findings);
}

// All parameters of the model: of the registry, else as the claim prints them.
std::optional<Term> all_parameters(const RuleContext& context, const ClaimPart& part) {
  const auto model = context.registry().models().find(context.model(part));
  if (model != context.registry().models().end() && model->second.published_total) {
    return context.term(*model->second.published_total, "param",
                        context.say("all_parameters", model->second.name));
  }
  const Figure* count = context.find(part, "params");
  if (count == nullptr) count = context.find(context.claim().total, "params");
  if (count == nullptr) return std::nullopt;
  return context.term(*count, "param");
}

// 6 * all parameters * tokens of a model that uses a part of them a token.
void check_total_for_active(const RuleContext& context, const ClaimPart& part,
                            const Figure& printed, const Figure& tokens, Findings& findings) {
  const std::optional<Term> count = all_parameters(context, part);
  if (!count || !active_parameters_known(context, part)) return;
  const Term flops = constant(6) * *count * context.term(tokens, "token");
  if (std::abs(flops.value / printed.measure.value - 1) > kNearMiss) return;
  Finding finding = plain_finding(
      context, CheckKind::kIdentity, "total_parameters_for_active", CheckResult::kFlag,
      context.say("total_for_active", printed.text(), readable_text(flops.value, "FLOP")),
      {context.shown(printed)});
  finding.check.formula = formula_text(flops, "FLOP");
  finding.check.computed = check_number(flops, "FLOP");
  for (const TermInput& input : flops.inputs) finding.check.inputs.push_back(input.shown);
  finding.touches_headline = finding.against_headline = context.is_headline(printed);
  findings.list.push_back(std::move(finding));
}

// Printed training compute against tokens * FLOPs per token, or with recomputed activations (HFU).
void check_flops(const RuleContext& context, const ClaimPart& part, Findings& findings) {
  const Figure* printed = part.find("flops");
  const Figure* tokens = context.find(part, "tokens");
  if (printed == nullptr || tokens == nullptr) return;
  std::vector<Candidate> candidates;
  const Figure* length = seq_len_of(context, part);
  for (const FlopConvention convention : kConventions) {
    const std::optional<Term> term = flops_per_token_term(context, part, convention, length);
    if (!term) continue;
    candidates.push_back(
        {std::string(to_string(convention)), *term * context.term(*tokens, "token")});
  }
  if (candidates.empty()) return;
  // Full recomputation does the forward pass twice: 8ND instead of 6ND.
  const Term recomputed = candidates.back().term * constant(4) / constant(3);
  std::vector<Candidate> with_recompute = candidates;
  with_recompute.push_back({"hfu_8nd", recomputed});
  const bool hfu = nearest(with_recompute, printed->measure.value)->name == "hfu_8nd" &&
                   std::abs(recomputed.value / printed->measure.value - 1) <= kNearMiss;
  if (!hfu) {
    add_formula_check(context, part, "compute_of_shape", *printed, "FLOP", candidates, findings);
    if (findings.list.back().check.result == CheckResult::kFlag) {
      check_total_for_active(context, part, *printed, *tokens, findings);
    }
    return;
  }
  Finding finding = plain_finding(
      context, CheckKind::kIdentity, "hfu_quoted_as_mfu", CheckResult::kFlag,
      context.say("hfu_quoted", printed->text(), readable_text(recomputed.value, "FLOP")),
      {context.shown(*printed)});
  finding.check.formula = formula_text(recomputed, "FLOP");
  finding.check.computed = check_number(recomputed, "FLOP");
  for (const TermInput& input : recomputed.inputs) finding.check.inputs.push_back(input.shown);
  finding.touches_headline = context.is_headline(*printed);
  findings.list.push_back(std::move(finding));
}

// Printed compute against hours * peak * printed utilisation.
void check_utilisation(const RuleContext& context, const ClaimPart& part, Findings& findings) {
  const Figure* printed = part.find("flops");
  const Figure* mfu = context.find(part, "mfu");
  const std::optional<Term> hours = hours_term(context, part);
  const std::optional<Peak> peak = headline_peak(context, context.device(part));
  if (printed == nullptr || mfu == nullptr || !hours || !peak) return;
  findings.list.push_back(
      compare(context, {.rule = "compute_from_utilisation",
                        .kind = CheckKind::kPhysics,
                        .about = part.label(),
                        .unit = "FLOP",
                        .computed = *hours * constant(3600) * peak->term * context.term(*mfu, "x"),
                        .expected = context.term(*printed, "FLOP"),
                        .own_formula = true}));
}

// Stored parameters printed as active ones of a mixture of experts, or the other way round.
void check_swapped(const RuleContext& context, const Figure& printed, int64_t other, bool sparse,
                   Findings& findings) {
  const auto count = static_cast<double>(other);
  if (!sparse || std::abs(printed.measure.value / count - 1) > kNearMiss) return;
  Finding finding =
      plain_finding(context, CheckKind::kIdentity, "active_and_total_swapped", CheckResult::kFlag,
                    context.say("active_and_total_swapped", printed.text(), context.name(printed),
                                readable_text(count, "param")),
                    {context.shown(printed)});
  finding.check.computed = CheckNumber{count, {}, "param"};
  findings.list.push_back(std::move(finding));
}

void check_parameters(const RuleContext& context, const ClaimPart& part, Findings& findings) {
  const Figure* printed = part.find("params");
  const auto model = context.registry().models().find(context.model(part));
  if (printed == nullptr || model == context.registry().models().end() || !model->second.spec) {
    return;
  }
  const ParameterCounts& counts = model->second.spec->parameters;
  std::vector<Candidate> candidates;
  const auto add = [&](const char* name, int64_t count) {
    Term term = constant(static_cast<double>(count));
    term.inputs.push_back(
        {.shown = context.shown(model->second.source, name, fmt::format("{} param", count)),
         .source_key = model->second.source.key,
         .figure = {},
         .recalled = model->second.source.mark == "recalled",
         .first_hand = true});
    candidates.push_back({name, term});
  };
  const bool sparse = model->second.spec->num_experts > 0;
  add("total", counts.total);
  if (const Figure* active = part.find("active_params")) {
    check_swapped(context, *active, counts.total, sparse, findings);
  }
  check_swapped(context, *printed, counts.active_a, sparse, findings);
  add("active_a", counts.active_a);
  add("active_b", counts.active_b);
  add("active_c", counts.active_c);
  add_formula_check(context, part, "parameters_of_shape", *printed, "param", candidates, findings);
}

}  // namespace

void model_formulas(const RuleContext& context, Findings& findings) {
  for (const ClaimPart* part : context.parts()) {
    check_flops_per_token(context, *part, findings);
    check_flops(context, *part, findings);
    check_utilisation(context, *part, findings);
    check_parameters(context, *part, findings);
  }
}

}  // namespace assay::audit
