#include <cmath>
#include <optional>
#include <vector>

#include "audit/comparison/comparison.h"
#include "audit/output/number_text.h"
#include "audit/rules/rules.h"
#include "audit/training_compute.h"

namespace assay::audit {
namespace {

// Full recomputation of activations does the forward pass twice: 8ND instead of 6ND.
constexpr double kRecomputed = 4.0 / 3.0;

void add(const RuleContext& context, const Term& computed, const std::string& unit,
         const Figure& printed, std::string sentence, Findings& findings) {
  Finding finding = plain_finding(context, CheckKind::kIdentity, "hfu_quoted_as_mfu",
                                  CheckResult::kFlag, std::move(sentence));
  finding.check.formula = formula_text(computed, unit);
  finding.check.computed = check_number(computed, unit);
  finding.check.inputs.push_back(context.shown(printed));
  for (const TermInput& input : computed.inputs) finding.check.inputs.push_back(input.shown);
  findings.list.push_back(std::move(finding));
}

// Printed FLOP/s per device a third or so above what parameters, tokens and hours give: the third
// is recomputation, the rest hours without training.
void check_achieved(const RuleContext& context, const ClaimPart& part, Findings& findings) {
  constexpr double kMostDowntime = 1.15;
  const Figure* achieved = part.find("achieved");
  const Figure* tokens = context.find(part, "tokens");
  const std::optional<Term> hours = hours_term(context, part);
  const std::optional<Term> flops =
      flops_per_token_term(context, part, FlopConvention::kSixNd, nullptr);
  if (achieved == nullptr || tokens == nullptr || !hours || !flops) return;
  if (!active_parameters_known(context, part)) return;
  const Term rate =
      *flops * context.term(*tokens, "token") / (*hours * constant(3600)) / constant(1e12);
  const double above = context.term(*achieved, "TFLOP/s").value / rate.value / kRecomputed;
  if (above < 1 - kNearMiss || above > kMostDowntime) return;
  add(context, rate, "TFLOP/s", *achieved,
      context.say("achieved_is_hfu", achieved->text(), readable_text(rate.value, "TFLOP/s")),
      findings);
}

// Two printed amounts of compute a third apart: one counts recomputation.
void check_pair(const RuleContext& context, const Figure& a, const Figure& b, Findings& findings) {
  const double ratio = a.measure.value / b.measure.value;
  if (std::abs(ratio / kRecomputed - 1) > kNearMiss) return;
  const Term term = context.term(a, "FLOP") / context.term(b, "FLOP");
  add(context, term, "x", a,
      context.say("computes_a_third_apart", a.text(), b.text(), readable_text(ratio, 3)), findings);
}

}  // namespace

void recomputation(const RuleContext& context, Findings& findings) {
  std::vector<const Figure*> computes;
  for (const ClaimPart* part : context.parts()) {
    check_achieved(context, *part, findings);
    const bool stage = part->path.starts_with("stages.");  // parts of a sum are not readings of it
    if (const Figure* flops = part->find("flops"); flops != nullptr && !stage) {
      const bool same = context.model(*part) == context.model(context.claim().total);
      if (same) computes.push_back(flops);
    }
  }
  for (const Figure* a : computes) {
    for (const Figure* b : computes) check_pair(context, *a, *b, findings);
  }
}

}  // namespace assay::audit
