#include "audit/comparison/comparison.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "audit/output/number_text.h"
#include "audit/uncertainty/propagate.h"
#include "error/error.h"

namespace assay::audit {
namespace {

// What is told as "about" may be the most there was, or a mean: but for the headline, which is what
// is claimed, only a slip of the unit or of a digit contradicts it.
bool about_may_fail(const RuleContext& context, const std::vector<TermInput>& inputs,
                    double ratio) {
  constexpr double kSlip = 5;
  const std::string headline = fmt::format("{}#{}", context.claim().id, context.claim().headline);
  const auto is_about = [](const TermInput& input) { return input.is_about; };
  const auto first = std::find_if(inputs.begin(), inputs.end(), is_about);
  if (first == inputs.end()) return true;
  if (std::count_if(inputs.begin(), inputs.end(), is_about) > 1) return false;
  return first->figure == headline || ratio >= kSlip || ratio <= 1 / kSlip;
}

// Arithmetic among figures of one source can fail; so can the claim against first-hand figures.
// Figures of unrelated second-hand sources only raise a flag.
bool may_fail(const RuleContext& context, const std::vector<TermInput>& inputs, double ratio) {
  // Nor does what nobody printed: our own arithmetic, or memory against memory.
  const auto all_recalled = std::all_of(inputs.begin(), inputs.end(),
                                        [](const TermInput& input) { return input.recalled; });
  const auto any_derived = std::any_of(inputs.begin(), inputs.end(), [](const TermInput& input) {
    return !input.figure.empty() && input.shown.mark == "derived";
  });
  const auto any_loose = std::any_of(inputs.begin(), inputs.end(),
                                     [](const TermInput& input) { return input.is_loose; });
  if (all_recalled || any_derived || any_loose) return false;
  if (!about_may_fail(context, inputs, ratio)) return false;
  const Figure* headline = context.claim().headline_figure();
  const std::string own = headline != nullptr ? headline->source.key : std::string();
  const bool one_source = std::all_of(inputs.begin(), inputs.end(), [&](const TermInput& input) {
    return input.source_key == inputs.front().source_key;
  });
  return one_source || std::all_of(inputs.begin(), inputs.end(), [&](const TermInput& input) {
           return input.first_hand || input.source_key == own;
         });
}

// Computed over printed; nought over nought is one.
double ratio_of(const Comparison& c) {
  if (c.computed.value == c.expected.value) return 1;
  return c.computed.value / c.expected.value;
}

// "-90 %"; of nothing there is no share.
std::string away_text(const Comparison& c) {
  if (c.expected.value == 0) return "-";
  return signed_percent_text(ratio_of(c) - 1);
}

CheckResult judge(const RuleContext& context, const Comparison& c,
                  const std::vector<TermInput>& inputs) {
  if (intervals_meet(c.computed.bounds, c.expected.bounds)) return CheckResult::kPass;
  // Between the usual rounding and the widest lies what is worth showing and contradicts nothing.
  const double gap = c.own_formula ? relative_gap(c.computed.bounds, c.expected.bounds)
                                   : relative_gap(c.computed.widest, c.expected.widest);
  if (c.own_formula) return std::abs(gap) <= kNearMiss ? CheckResult::kPass : CheckResult::kFlag;
  const bool larger_total = c.rows && gap < 0;
  if (larger_total || std::abs(gap) <= kNearMiss) return CheckResult::kFlag;
  return !c.excused && may_fail(context, inputs, ratio_of(c)) ? CheckResult::kFail
                                                              : CheckResult::kFlag;
}

// True where the printed figure is not among what the computed one can be, and meets it all the
// same.
bool agrees_by_rounding(const Comparison& c) {
  const std::vector<TermInput>& printed = c.expected.inputs;
  if (printed.size() != 1 || printed[0].is_about || printed[0].is_range) return false;
  const bool positive = c.computed.bounds.low > 0 && c.expected.value > 0;
  return positive && std::isfinite(c.computed.bounds.high) &&
         !intervals_meet(c.computed.bounds, {c.expected.value, c.expected.value});
}

std::string pass_sentence(const RuleContext& context, const Comparison& c,
                          const std::string& computed, const std::string& expected) {
  if (!agrees_by_rounding(c)) return context.say("compare_pass", computed, expected);
  const RoundingAgreement rounding =
      rounding_agreement(c.computed.value, c.computed.bounds, c.expected.value, c.expected.bounds);
  return context.say("compare_pass_rounding", computed, expected, away_text(c),
                     percent_text(rounding.allowed));
}

std::string sentence_of(const RuleContext& context, const Comparison& c, CheckResult result) {
  const std::string computed = readable_text(c.computed.value, c.unit);
  std::string expected = readable_text(c.expected.value, c.unit);
  if (c.expected.inputs.size() == 1) {
    const TermInput& input = c.expected.inputs.front();
    const std::string claim = input.figure.substr(0, input.figure.find('#'));
    expected = input.shown.text;
    if (!claim.empty() && claim != context.claim().id) expected += fmt::format(" ({})", claim);
  }
  const std::string percent = away_text(c);
  if (result == CheckResult::kPass && c.own_formula) {
    return context.say("compare_formula_pass", computed, expected, percent);
  }
  if (result == CheckResult::kPass) return pass_sentence(context, c, computed, expected);
  const bool larger_total = c.rows && c.computed.value < c.expected.value;
  if (larger_total) return context.say("compare_rows", computed, expected, percent);
  return context.say(result == CheckResult::kFail ? "compare_fail" : "compare_flag", computed,
                     expected, percent);
}

std::vector<TermInput> all_inputs(const Comparison& c) {
  std::vector<TermInput> inputs = c.computed.inputs;
  for (const TermInput& input : c.expected.inputs) inputs.push_back(input);
  return inputs;
}

// How far the computed value lies beyond what the headline says, as a share of it.
double miss_of(const RuleContext& context, const Comparison& c) {
  if (c.expected.value == 0) return std::abs(ratio_of(c) - 1);
  const Figure* headline = context.claim().headline_figure();
  const double printed = context.term(*headline, headline->measure.unit).value;
  const double base = printed * unit_size(headline->measure.unit);
  const Bounds<double> stated = headline->stated();
  const double value = c.computed.value / c.expected.value * base;
  if (value > stated.high) return value / stated.high - 1;
  return value < stated.low ? 1 - value / stated.low : 0;
}

void mark_headline(const RuleContext& context, const Comparison& c, Finding& finding) {
  const std::string headline = fmt::format("{}#{}", context.claim().id, context.claim().headline);
  const std::vector<TermInput> inputs = all_inputs(c);
  finding.touches_headline = std::any_of(inputs.begin(), inputs.end(),
                                         [&](const TermInput& i) { return i.figure == headline; });
  const bool solved = context.is_headline(c.expected);
  if (!solved) return;
  finding.recomputed = in_headline_unit(context, c.computed, c.unit);
  finding.headline_term = c.computed;
  finding.headline_term_unit = c.unit;
  finding.reproduces_headline = c.computed.inputs.size() >= 2 &&
                                intervals_meet(c.computed.bounds, c.expected.bounds) &&
                                miss_of(context, c) <= kReproductionMiss;
  finding.all_recalled = std::all_of(c.computed.inputs.begin(), c.computed.inputs.end(),
                                     [](const TermInput& input) { return input.recalled; });
  const bool larger_total = c.rows && c.computed.value < c.expected.value;
  finding.refutes_headline =
      finding.check.result == CheckResult::kFlag && !c.excused && !larger_total &&
      !finding.all_recalled && std::abs(ratio_of(c) - 1) > kReproductionMiss &&
      std::abs(relative_gap(c.computed.widest, c.expected.widest)) > kNearMiss;
  // A source's own formula may count more than ours, not twice as much.
  constexpr double kOtherFormula = 2;
  const double ratio = std::max(ratio_of(c), 1 / ratio_of(c));
  finding.against_headline = finding.refutes_headline && (!c.own_formula || ratio > kOtherFormula);
}

}  // namespace

Finding compare(const RuleContext& context, const Comparison& c) {
  const std::vector<TermInput> inputs = all_inputs(c);
  Finding finding;
  finding.check.kind = c.kind;
  finding.check.rule = c.rule;
  finding.check.name = context.say("rule." + c.rule);
  if (!c.about.empty()) finding.check.name += ": " + c.about;
  finding.check.result = judge(context, c, inputs);
  finding.check.sentence = sentence_of(context, c, finding.check.result);
  finding.check.formula = formula_text(c.computed, c.unit);
  finding.check.computed = check_number(c.computed, c.unit);
  finding.check.expected = check_number(c.expected, c.unit);
  finding.check.provenance = provenance_of(c.computed);
  for (const TermInput& input : inputs) finding.check.inputs.push_back(input.shown);
  mark_headline(context, c, finding);
  return finding;
}

Finding compare_relation(const RuleContext& context, const Relation& relation) {
  size_t output = relation.output;
  for (size_t i = 0; i < relation.powers.size(); ++i) {
    if (context.is_headline(relation.powers[i].term)) output = i;
  }
  for (size_t i = 0; i < relation.powers.size(); ++i) {
    // Nothing divides by nought: the relation is solved for it.
    if (relation.powers[i].term.value == 0 && relation.powers[output].term.value != 0) output = i;
  }
  // constant * product of term^exponent = 1, solved for the output.
  const int sign = relation.powers[output].exponent;
  std::optional<Term> above;
  std::optional<Term> below;
  const auto multiply = [](std::optional<Term>& into, const Term& by) {
    into = into ? *into * by : by;
  };
  for (size_t i = 0; i < relation.powers.size(); ++i) {
    if (i == output) continue;
    multiply(relation.powers[i].exponent * sign < 0 ? above : below, relation.powers[i].term);
  }
  if (relation.constant != 1.0) multiply(sign < 0 ? above : below, constant(relation.constant));
  check(above.has_value(), "a relation has a factor");
  Comparison comparison{.rule = relation.rule, .kind = relation.kind, .about = relation.about};
  comparison.excused = relation.excused;
  comparison.computed = below ? *above / *below : *above;
  comparison.expected = relation.powers[output].term;
  comparison.unit = comparison.expected.unit;
  return compare(context, comparison);
}

Finding plain_finding(const RuleContext& context, CheckKind kind, const std::string& rule,
                      CheckResult result, std::string sentence, std::vector<CheckInput> inputs) {
  Finding finding;
  finding.check.kind = kind;
  finding.check.rule = rule;
  finding.check.name = context.say("rule." + rule);
  finding.check.result = result;
  finding.check.sentence = std::move(sentence);
  finding.check.inputs = std::move(inputs);
  finding.check.provenance = Provenance::kQuoted;
  return finding;
}

Provenance provenance_of(const Term& term) {
  Provenance provenance = Provenance::kDerived;
  for (const TermInput& input : term.inputs) {
    const bool formula = input.shown.mark == "derived";
    provenance = weakest(provenance, formula ? Provenance::kDerived : Provenance::kQuoted);
  }
  return provenance;
}

CheckNumber check_number(const Term& term, const std::string& unit) {
  CheckNumber number{.value = term.value, .bounds = {}, .unit = unit, .is_range = false};
  if (std::isfinite(term.bounds.low) && std::isfinite(term.bounds.high)) {
    number.bounds = term.bounds;
  }
  return number;
}

CheckNumber range_number(Bounds<double> range, const std::string& unit) {
  return {.value = (range.low + range.high) / 2, .bounds = range, .unit = unit, .is_range = true};
}

CheckNumber in_headline_unit(const RuleContext& context, const Term& term,
                             const std::string& unit) {
  const std::string& printed = context.claim().headline_figure()->measure.unit;
  const double scale = unit_size(unit) / unit_size(printed);
  CheckNumber number = check_number(term, printed);
  number.value *= scale;
  if (number.bounds) number.bounds = {number.bounds->low * scale, number.bounds->high * scale};
  return number;
}

}  // namespace assay::audit
