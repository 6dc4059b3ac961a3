#include <fmt/format.h>

#include "audit/comparison/comparison.h"
#include "audit/exchange_rate.h"
#include "audit/output/number_text.h"
#include "audit/rules/rules.h"
#include "audit/uncertainty/like_terms.h"

namespace assay::audit {
namespace {

const Claim& owner(const RuleContext& context, const Figure& figure) {
  return figure.claim == context.claim().id ? context.claim() : context.set().claim(figure.claim);
}

Term ratio_term(const RuleContext& context, const RatioStatement& ratio, const Figure& a,
                const Figure& b, CurrencyNote& note) {
  const std::string unit = reckoning_unit(a.measure);
  Term value = context.term(a, unit) / in_currency(context, b, unit, a.measure.currency, note);
  if (ratio.form == "saving") value = constant(1) - value;
  if (ratio.form == "increase") value = value - constant(1);
  if (ratio.value.measure.unit == "%") value = value * constant(100);
  return value;
}

void add_flags(const RuleContext& context, const LikeTerms& terms, const Figure& a, const Figure& b,
               Findings& findings) {
  for (size_t i = 0; i < terms.flags.size(); ++i) {
    findings.list.push_back(plain_finding(context, CheckKind::kScope, terms.flag_rules[i],
                                          CheckResult::kFlag, terms.flags[i],
                                          {context.shown(a), context.shown(b)}));
  }
}

// Says what stands between the two. Amounts of two currencies lack a rate and nothing else.
void refuse_ratio(const RuleContext& context, const LikeTerms& terms, const Figure& a,
                  const Figure& b, Findings& findings) {
  const bool currencies =
      a.measure.dimension == b.measure.dimension && a.measure.currency != b.measure.currency;
  for (const std::string& refusal : terms.refusals) {
    findings.list.push_back(plain_finding(context, CheckKind::kScope, "ratio_refused",
                                          CheckResult::kFlag, refusal,
                                          {context.shown(a), context.shown(b)}));
    findings.missing.push_back(
        currencies ? context.say("missing_rate", b.measure.currency, a.measure.currency)
                   : context.say("missing_like_terms", refusal));
  }
}

void check_ratio(const RuleContext& context, const RatioStatement& ratio, Findings& findings) {
  const Figure& a = context.set().figure(context.claim(), ratio.a);
  const Figure& b = context.set().figure(context.claim(), ratio.b);
  const bool convertible = a.measure.dimension == b.measure.dimension &&
                           exchange_rate(context, b.measure.currency, a.measure.currency);
  const LikeTerms terms =
      compare_terms(compared_figure(owner(context, a), a), compared_figure(owner(context, b), b),
                    context.language(), convertible);
  if (!terms.refusals.empty()) {
    refuse_ratio(context, terms, a, b, findings);
    return;
  }
  if (b.measure.value == 0) {
    findings.list.push_back(plain_finding(
        context, CheckKind::kIdentity, "ratio_recomputed", CheckResult::kNotApplicable,
        context.say("ratio_over_nought", b.text()), {context.shown(a), context.shown(b)}));
    findings.missing.push_back(context.say("ratio_over_nought", b.text()));
    return;
  }
  CurrencyNote note;
  const Term computed = ratio_term(context, ratio, a, b, note);
  Finding finding =
      compare(context, {.rule = "ratio_recomputed",
                        .about = ratio.name,
                        .unit = ratio.value.measure.unit,
                        .computed = computed,
                        .expected = context.term(ratio.value, ratio.value.measure.unit),
                        .excused = note.assumed});
  tell_conversion(context, note, finding);
  findings.list.push_back(std::move(finding));
  add_flags(context, terms, a, b, findings);
}

std::string pair_value(const Figure& a, const Figure& b) {
  const bool unlike =
      a.measure.dimension != b.measure.dimension || a.measure.currency != b.measure.currency;
  if (unlike || b.measure.value == 0) {
    return fmt::format("{} / {}", a.measure.text, b.measure.text);
  }
  const double ratio = a.measure.value / b.measure.value;
  const std::string text =
      fmt::format("{} / {} = {} x", a.measure.text, b.measure.text, rounded_text(ratio, 4));
  return ratio < 1 ? fmt::format("{} ({} %)", text, rounded_text((ratio - 1) * 100, 4)) : text;
}

std::string terms_text(const RuleContext& context, const LikeTerms& terms) {
  if (terms.refusals.empty() && terms.flags.empty()) return context.say("like_terms");
  std::string text;
  for (const std::string& refusal : terms.refusals) {
    text += (text.empty() ? "" : " ") + context.say("refused", refusal);
  }
  for (const std::string& flag : terms.flags) text += (text.empty() ? "" : " ") + flag;
  return text;
}

}  // namespace

void ratios(const RuleContext& context, Findings& findings) {
  for (const RatioStatement& ratio : context.claim().ratios) {
    check_ratio(context, ratio, findings);
  }
}

void candidate_pairs(const RuleContext& context, Findings& findings) {
  if (context.claim().candidates.empty()) return;
  VerdictTable table{.title = context.say("table_candidates"),
                     .header = {context.say("column_pair"), context.say("column_ratio"),
                                context.say("column_terms")},
                     .rows = {}};
  for (const CandidatePair& pair : context.claim().candidates) {
    const Figure& a = context.set().figure(context.claim(), pair.a);
    const Figure& b = context.set().figure(context.claim(), pair.b);
    const LikeTerms terms =
        compare_terms(compared_figure(owner(context, a), a), compared_figure(owner(context, b), b),
                      context.language());
    table.rows.push_back(
        {pair.label.in(context.language()), pair_value(a, b), terms_text(context, terms)});
  }
  findings.tables.push_back(std::move(table));
}

}  // namespace assay::audit
