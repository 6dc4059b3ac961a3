#include <optional>
#include <string>
#include <utility>

#include "audit/comparison/comparison.h"
#include "audit/exchange_rate.h"
#include "audit/output/number_text.h"
#include "audit/rules/rules.h"
#include "audit/uncertainty/propagate.h"

namespace assay::audit {
namespace {

std::string rate_unit(const Conversion& c) {
  return c.to.measure.currency + "/" + c.from.measure.currency;
}

Term implied_rate(const RuleContext& context, const Conversion& c) {
  return context.term(c.to, c.to.measure.unit) / context.term(c.from, c.from.measure.unit);
}

std::string about(const Conversion& c) { return c.from.text() + " = " + c.to.text(); }

void check_stated_rate(const RuleContext& context, const Conversion& c, Findings& findings) {
  if (c.rate->measure.unit != rate_unit(c)) {
    fail_at(c.rate->place, "a rate from " + c.from.measure.currency + " to " +
                               c.to.measure.currency + " is in " + rate_unit(c) + ": \"" +
                               c.rate->measure.text + "\"");
  }
  Comparison comparison{.rule = "conversion_at_stated_rate", .about = about(c)};
  comparison.computed =
      context.term(c.from, c.from.measure.unit) * context.term(*c.rate, c.rate->measure.unit);
  comparison.unit = c.to.measure.unit;
  comparison.expected = context.term(c.to, c.to.measure.unit);
  findings.list.push_back(compare(context, comparison));
}

void show_rate(const RuleContext& context, const Conversion& c, Findings& findings) {
  const Term rate = implied_rate(context, c);
  Finding finding = plain_finding(context, CheckKind::kIdentity, "conversion_implied_rate",
                                  CheckResult::kNotApplicable,
                                  context.say("implied_rate", c.from.text(), c.to.text(),
                                              readable_text(rate.value, rate_unit(c))),
                                  {context.shown(c.from), context.shown(c.to)});
  finding.check.formula = formula_text(rate, rate_unit(c));
  finding.check.computed = check_number(rate, rate_unit(c));
  findings.list.push_back(std::move(finding));
}

// The conversion of the same source and currencies whose rate is printed most exactly.
const Conversion* exact_peer(const RuleContext& context, const Conversion& c) {
  const Conversion* best = nullptr;
  double best_width = 0;
  for (const Conversion& other : context.claim().conversions) {
    if (&other == &c || other.rate || rate_unit(other) != rate_unit(c)) continue;
    if (other.from.source.key != c.from.source.key) continue;
    const Term rate = implied_rate(context, other);
    const double width = (rate.bounds.high - rate.bounds.low) / rate.value;
    if (best != nullptr && width >= best_width) continue;
    best = &other;
    best_width = width;
  }
  return best;
}

// One article converts at one rate: this amount again, at the rate of another one.
void check_shared_rate(const RuleContext& context, const Conversion& c, const Conversion& other,
                       Findings& findings) {
  Comparison comparison{.rule = "conversions_share_one_rate", .about = about(c)};
  comparison.computed = context.term(c.from, c.from.measure.unit) * implied_rate(context, other);
  comparison.unit = c.to.measure.unit;
  comparison.expected = context.term(c.to, c.to.measure.unit);
  Finding finding = compare(context, comparison);
  // An article may take two rates; that is worth showing and no contradiction of its numbers.
  if (finding.check.result == CheckResult::kFail) finding.check.result = CheckResult::kFlag;
  findings.list.push_back(std::move(finding));
}

// A rate that is further from the registered one of its time than rates move: two currencies or
// amounts may be mixed up.
void check_registered_rate(const RuleContext& context, const Conversion& c, Findings& findings) {
  const std::optional<ExchangeRate> known =
      registered_rate(context, c.from.measure.currency, c.to.measure.currency);
  if (!known) return;
  const Term rate = c.rate ? context.term(*c.rate, c.rate->measure.unit) : implied_rate(context, c);
  if (intervals_meet(rate.widest, known->term.widest)) return;
  Finding finding =
      plain_finding(context, CheckKind::kProvenance, "rate_unlike_registered", CheckResult::kFlag,
                    context.say("rate_unlike_registered", about(c),
                                readable_text(rate.value, rate_unit(c)), known->said),
                    {context.shown(c.from), context.shown(c.to)});
  finding.check.computed = check_number(known->term, rate_unit(c));
  finding.check.expected = check_number(rate, rate_unit(c));
  findings.list.push_back(std::move(finding));
}

}  // namespace

void conversions(const RuleContext& context, Findings& findings) {
  for (const Conversion& c : context.claim().conversions) {
    check_registered_rate(context, c, findings);
    if (c.rate) {
      check_stated_rate(context, c, findings);
    } else if (const Conversion* other = exact_peer(context, c)) {
      check_shared_rate(context, c, *other, findings);
    } else {
      show_rate(context, c, findings);
    }
  }
}

}  // namespace assay::audit
