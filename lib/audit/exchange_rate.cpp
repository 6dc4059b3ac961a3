#include "audit/exchange_rate.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <utility>

#include "audit/comparison/comparison.h"
#include "audit/output/number_text.h"

namespace assay::audit {
namespace {

const std::string kBetween = "USD";

// One over a rate keeps its inputs.
Term turned(const Term& rate) { return constant(1) / rate; }

std::string unit_of(const std::string& from, const std::string& to) { return to + "/" + from; }

// The rate that a conversion states, or that its amounts imply; nothing where it is of others.
std::optional<ExchangeRate> rate_of(const RuleContext& context, const Conversion& c,
                                    const std::string& from, const std::string& to) {
  const bool direct = c.from.measure.currency == from && c.to.measure.currency == to;
  const bool other_way = c.from.measure.currency == to && c.to.measure.currency == from;
  if (!direct && !other_way) return std::nullopt;
  if (c.rate) {
    const Term term = context.term(*c.rate, c.rate->measure.unit);
    const bool as_wanted = c.rate->measure.unit == unit_of(from, to);
    return ExchangeRate{as_wanted ? term : turned(term), c.rate->text(), true};
  }
  const Figure& above = direct ? c.to : c.from;
  const Figure& below = direct ? c.from : c.to;
  return ExchangeRate{
      context.term(above, above.measure.unit) / context.term(below, below.measure.unit),
      fmt::format("{} = {}", below.text(), above.text()), true};
}

double width(const Term& rate) { return (rate.bounds.high - rate.bounds.low) / rate.value; }

// The most exact of the claim's rates; where they differ, its bounds hold all of them.
std::optional<ExchangeRate> printed_rate(const RuleContext& context, const std::string& from,
                                         const std::string& to) {
  std::optional<ExchangeRate> best;
  Bounds<double> all{};
  Bounds<double> widest{};
  for (const Conversion& c : context.claim().conversions) {
    const std::optional<ExchangeRate> rate = rate_of(context, c, from, to);
    if (!rate) continue;
    const Term& term = rate->term;
    all = best ? Bounds<double>{std::min(all.low, term.bounds.low),
                                std::max(all.high, term.bounds.high)}
               : term.bounds;
    widest = best ? Bounds<double>{std::min(widest.low, term.widest.low),
                                   std::max(widest.high, term.widest.high)}
                  : term.widest;
    if (!best || width(term) < width(best->term)) best = rate;
  }
  if (!best) return std::nullopt;
  best->term.bounds = all;
  best->term.widest = widest;
  return best;
}

// In years; the middle of a year or month that is all that is stated.
std::optional<double> year_of(const std::string& date) {
  if (date.size() < 4) return std::nullopt;
  const double year = std::atof(date.substr(0, 4).c_str());
  if (date.size() < 7) return year + 0.5;
  const double month = std::atof(date.substr(5, 2).c_str());
  const double day = date.size() < 10 ? 15 : std::atof(date.substr(8, 2).c_str());
  return year + (month - 1) / 12 + day / 365;
}

Term spread_out(Term term) {
  constexpr double kMovement = 0.15;  // of a rate within a year and between days of it
  term.bounds = {term.value * (1 - kMovement), term.value * (1 + kMovement)};
  term.widest = term.bounds;
  term.steps.front().range = {Shape::kTriangular, term.bounds.low, term.value, term.bounds.high};
  return term;
}

// The registry's own rate of the nearest date, or its turn.
std::optional<ExchangeRate> direct_rate(const RuleContext& context, const std::string& from,
                                        const std::string& to) {
  constexpr double kFarthest = 1.0;  // years
  const std::optional<double> when = year_of(context.claim().date);
  if (!when) return std::nullopt;
  const FxRate* nearest = nullptr;
  double distance = 0;
  for (const auto& [id, rate] : context.registry().fx_rates()) {
    const std::string& unit = rate.rate.measure.unit;
    const std::optional<double> at = year_of(rate.date);
    if (!at || (unit != unit_of(from, to) && unit != unit_of(to, from))) continue;
    const double away = std::abs(*at - *when);
    if (away > kFarthest || (nearest != nullptr && away >= distance)) continue;
    nearest = &rate;
    distance = away;
  }
  if (nearest == nullptr) return std::nullopt;
  const Measure& measure = nearest->rate.measure;
  const Term term = spread_out(context.term(nearest->rate, measure.unit, nearest->id));
  return ExchangeRate{measure.unit == unit_of(from, to) ? term : turned(term),
                      fmt::format("{} ({}, {})", measure.text, nearest->id, nearest->date), false};
}

// Two rates one after the other, through the currency that the registry's rates are of.
template <class Leg>
std::optional<ExchangeRate> cross_rate(const std::string& from, const std::string& to,
                                       const Leg& leg) {
  if (from == kBetween || to == kBetween) return std::nullopt;
  const std::optional<ExchangeRate> first = leg(from, kBetween);
  const std::optional<ExchangeRate> second = leg(kBetween, to);
  if (!first || !second) return std::nullopt;
  return ExchangeRate{first->term * second->term, first->said + " and " + second->said,
                      first->printed && second->printed};
}

}  // namespace

std::optional<ExchangeRate> registered_rate(const RuleContext& context, const std::string& from,
                                            const std::string& to) {
  if (auto direct = direct_rate(context, from, to)) return direct;
  return cross_rate(from, to, [&](const std::string& a, const std::string& b) {
    return direct_rate(context, a, b);
  });
}

std::optional<ExchangeRate> exchange_rate(const RuleContext& context, const std::string& from,
                                          const std::string& to) {
  if (auto printed = printed_rate(context, from, to)) return printed;
  if (auto direct = direct_rate(context, from, to)) return direct;
  return cross_rate(from, to, [&](const std::string& a, const std::string& b) {
    auto rate = printed_rate(context, a, b);
    return rate ? rate : direct_rate(context, a, b);
  });
}

std::string reckoning_unit(const Measure& measure) {
  switch (measure.dimension) {
    case Dimension::kMoneyPerEnergy:
      return measure.currency + "/kWh";
    case Dimension::kMoneyPerMillionTokens:
      return measure.currency + "/Mtoken";
    case Dimension::kMoneyPerMonth:
      return measure.currency + "/month";
    default:
      return measure.unit;
  }
}

Term in_currency(const RuleContext& context, const Figure& figure, std::string_view unit,
                 const std::string& currency, CurrencyNote& note) {
  const std::string& own = figure.measure.currency;
  if (own.empty() || own == currency) return context.term(figure, unit);
  Term amount = context.term(figure, reckoning_unit(figure.measure));
  const std::optional<ExchangeRate> rate = exchange_rate(context, own, currency);
  if (!rate) {
    note.lacks = context.say("missing_rate", own, currency);
    return amount;
  }
  const bool told = note.at_rate.find(rate->said) != std::string::npos;
  if (!told) note.at_rate += (note.at_rate.empty() ? "" : ", ") + rate->said;
  note.assumed = note.assumed || !rate->printed;
  return amount * rate->term;
}

void tell_conversion(const RuleContext& context, const CurrencyNote& note, Finding& finding) {
  if (note.at_rate.empty()) return;
  finding.check.sentence = context.say(note.assumed ? "converted_near" : "converted_at",
                                       finding.check.sentence, note.at_rate);
  if (!note.assumed) return;
  finding.reproduces_headline = false;
  if (!finding.recomputed || !finding.check.computed || !finding.check.expected) return;
  const double off = std::log(finding.check.computed->value / finding.check.expected->value);
  if (std::abs(off) > std::log(2.0)) finding.refutes_headline = finding.against_headline = true;
}

Finding unconverted(const RuleContext& context, CheckKind kind, const std::string& rule,
                    const std::string& about, const CurrencyNote& note,
                    std::vector<CheckInput> inputs) {
  Finding finding = plain_finding(context, kind, rule, CheckResult::kNotApplicable,
                                  context.say("no_exchange_rate", note.lacks), std::move(inputs));
  if (!about.empty()) finding.check.name += ": " + about;
  finding.lacks = note.lacks;
  return finding;
}

}  // namespace assay::audit
