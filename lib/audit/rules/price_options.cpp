#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "audit/comparison/comparison.h"
#include "audit/exchange_rate.h"
#include "audit/output/number_text.h"
#include "audit/rules/rules.h"
#include "audit/uncertainty/propagate.h"

namespace assay::audit {
namespace {

// What a ratio of prices may be told as: itself, turned round, or a saving.
std::vector<Term> ratio_readings(const Term& ratio, const Figure& headline) {
  std::vector<Term> readings{ratio, constant(1) / ratio, constant(1) - ratio,
                             constant(1) - constant(1) / ratio};
  if (headline.measure.unit != "%") return readings;
  for (Term& reading : readings) reading = reading * constant(100);
  return readings;
}

Finding against_headline(const RuleContext& context, const Term& reading, const Figure& headline) {
  return compare(context, {.rule = "price_ratio_by_version",
                           .unit = headline.measure.unit,
                           .computed = reading,
                           .expected = context.term(headline, headline.measure.unit)});
}

// A ratio of two prices; `assumed` where it rests on an exchange rate that the claim does not
// print.
struct PriceRatio {
  Term ratio;
  bool assumed = false;
};

// Nothing where the prices are of unlike things, or nothing turns the one currency into the other.
std::optional<PriceRatio> price_ratio(const RuleContext& context, const Figure& a, const Figure& b,
                                      CurrencyNote& note) {
  if (a.measure.dimension != b.measure.dimension) return std::nullopt;
  const Term ratio =
      context.term(a, reckoning_unit(a.measure)) / context.term(b, reckoning_unit(b.measure));
  if (a.measure.currency == b.measure.currency) return PriceRatio{ratio};
  const std::optional<ExchangeRate> rate =
      exchange_rate(context, b.measure.currency, a.measure.currency);
  if (!rate) {
    note.lacks = context.say("missing_rate", b.measure.currency, a.measure.currency);
    return std::nullopt;
  }
  return PriceRatio{ratio / rate->term, !rate->printed};
}

bool is_of_headline_source(const PriceOption& a, const PriceOption& b, const Figure& headline) {
  const std::string& key = headline.source.key;
  return a.price.source.key == key && b.price.source.key == key;
}

// True where the ratios of prices that the headline's own source prints contradict it, however a
// ratio is read: each of them, and so does any mixture of them.
bool are_excluding(const RuleContext& context, const std::vector<Term>& ratios,
                   const Figure& headline) {
  std::vector<Bounds<double>> spans;
  for (const Term& ratio : ratios) {
    const std::vector<Term> readings = ratio_readings(ratio, headline);
    spans.resize(readings.size(), readings.front().bounds);
    for (size_t i = 0; i < readings.size(); ++i) {
      const Term& reading = readings[i];
      const Finding finding = against_headline(context, reading, headline);
      if (finding.check.result != CheckResult::kFail) return false;
      if (&ratio == &ratios.front()) spans[i] = reading.bounds;
      spans[i] = {std::min(spans[i].low, reading.bounds.low),
                  std::max(spans[i].high, reading.bounds.high)};
    }
  }
  const Bounds<double> printed = context.term(headline, headline.measure.unit).bounds;
  return !ratios.empty() && std::ranges::none_of(spans, [&](const Bounds<double>& span) {
    return intervals_meet(span, printed);
  });
}

// The pairs of like items with what their ratios say of the headline.
struct PricePairs {
  VerdictTable table;
  size_t holds = 0;
  std::vector<Term> of_source;  // the ratios of prices that the headline's own source prints
  std::string ratios;
  std::optional<Term> only;  // the ratio of a single pair
  CurrencyNote note;         // a rate that like prices lack
};

PricePairs price_pairs(const RuleContext& context, const Figure* headline) {
  PricePairs pairs{.table = {.title = context.say("table_prices"),
                             .header = {context.say("column_pair"), context.say("column_item"),
                                        context.say("column_ratio"), context.say("column_holds")},
                             .rows = {}}};
  const std::vector<PriceOption>& options = context.claim().price_options;
  for (const PriceOption& a : options) {
    for (const PriceOption& b : options) {
      if (a.side != "a" || b.side != "b" || a.item != b.item) continue;
      const std::optional<PriceRatio> found = price_ratio(context, a.price, b.price, pairs.note);
      if (!found) continue;
      const Term& ratio = found->ratio;
      const bool fits =
          headline != nullptr && intervals_meet({ratio.value, ratio.value}, headline->bounds());
      pairs.holds += fits ? 1 : 0;
      if (headline != nullptr && !found->assumed && is_of_headline_source(a, b, *headline)) {
        pairs.of_source.push_back(ratio);
      }
      if (!pairs.ratios.empty()) pairs.ratios += context.say("list_separator");
      pairs.ratios += readable_text(ratio.value, "x");
      pairs.only = pairs.table.rows.empty() ? std::optional(ratio) : std::nullopt;
      pairs.table.rows.push_back({fmt::format("{} / {}", a.version, b.version), a.item,
                                  formula_text(ratio, "x"),
                                  headline == nullptr ? "-" : context.say(fits ? "yes" : "no")});
    }
  }
  return pairs;
}

}  // namespace

void price_by_version(const RuleContext& context, Findings& findings) {
  const Figure* headline = context.claim().headline_figure();
  if (context.claim().price_options.empty()) return;
  PricePairs pairs = price_pairs(context, headline);
  const size_t count = pairs.table.rows.size();
  findings.tables.push_back(std::move(pairs.table));
  if (headline != nullptr && count == 0 && !pairs.note.lacks.empty()) {
    findings.list.push_back(unconverted(context, CheckKind::kPrice, "price_ratio_by_version", "",
                                        pairs.note, {context.shown(*headline)}));
  }
  if (headline == nullptr || count == 0) return;
  const bool all = pairs.holds == count;
  const bool none =
      pairs.of_source.size() == count && are_excluding(context, pairs.of_source, *headline);
  Finding finding = plain_finding(
      context, CheckKind::kPrice, "price_ratio_by_version",
      all ? CheckResult::kPass : (none ? CheckResult::kFail : CheckResult::kFlag),
      none ? context.say("price_options_exclude", headline->text(), pairs.ratios)
           : context.say("price_ratio_by_version", headline->text(), pairs.holds, count),
      {context.shown(*headline)});
  if (pairs.only && (all || none)) {
    finding.check.formula = formula_text(*pairs.only, "x");
    finding.check.computed = check_number(*pairs.only, "x");
    for (const TermInput& input : pairs.only->inputs) finding.check.inputs.push_back(input.shown);
  }
  finding.touches_headline = true;
  findings.list.push_back(std::move(finding));
  if (!all && pairs.holds > 0) findings.missing.push_back(context.say("missing_version"));
}

}  // namespace assay::audit
