#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "audit/comparison/comparison.h"
#include "audit/costs/market_price.h"
#include "audit/exchange_rate.h"
#include "audit/output/number_text.h"
#include "audit/rules/rules.h"
#include "audit/training_compute.h"
#include "audit/uncertainty/propagate.h"

namespace assay::audit {
namespace {

// The price per hour of a part: printed, or money over hours.
std::optional<Term> price_term(const RuleContext& context, const ClaimPart& part) {
  if (const Figure* price = part.find("price")) return context.term(*price, price->measure.unit);
  const Figure* money = part.find("money");
  if (money == nullptr) return std::nullopt;
  // Devices and time that the claim prints itself come before hours borrowed from elsewhere.
  std::optional<Term> hours;
  const Figure* devices = part.find("devices");
  const Figure* wall = part.find("wall");
  if (part.find("hours") == nullptr && devices != nullptr && wall != nullptr) {
    hours = context.term(*devices, "gpu") * context.term(*wall, "h");
  } else {
    hours = hours_term(context, part);
  }
  if (!hours) return std::nullopt;
  return context.term(*money, money->measure.unit) / *hours;
}

std::string currency_of(const RuleContext& context, const ClaimPart& part) {
  if (const Figure* price = part.find("price")) return price->measure.currency;
  const Figure* money = context.find(part, "money");
  return money == nullptr ? std::string() : money->measure.currency;
}

void judge_price(const RuleContext& context, const ClaimPart& part, Findings& findings) {
  const std::optional<Term> price = price_term(context, part);
  if (!price) return;
  const std::string unit = currency_of(context, part) + "/gpu_h";
  const bool total = part.path == "total";
  if (total) {
    findings.implied_price = check_number(*price, unit);
    findings.implied_price_term = *price;
  }
  const std::string date = context.claim().date;
  const std::optional<MarketPrice> market = market_price(context, context.device(part), date);
  CheckResult result = CheckResult::kNotApplicable;
  std::string sentence = context.say("price_no_market", readable_text(price->value, unit));
  const std::string& method = context.claim().cost_method;
  const bool rented = method.empty() || method == "rent" || method == "cloud";
  if (!rented) {
    sentence = context.say("price_not_rent", readable_text(price->value, unit), method);
  } else if (market && market->currency == currency_of(context, part)) {
    // A near miss of a market's ends says nothing: they are samples.
    const bool inside = price->value >= market->low * (1 - kNearMiss) &&
                        price->value <= market->high * (1 + kNearMiss);
    result = inside ? CheckResult::kPass : CheckResult::kFlag;
    sentence =
        context.say(inside ? "price_inside" : "price_outside", readable_text(price->value, unit),
                    readable_text(market->low, 4), readable_text(market->high, 4), unit, date);
  }
  Finding finding =
      plain_finding(context, CheckKind::kPrice, "implied_price", result, std::move(sentence));
  if (!total) finding.check.name += ": " + part.name;
  // A printed price needs no formula.
  if (price->inputs.size() > 1) finding.check.formula = formula_text(*price, unit);
  finding.check.computed = check_number(*price, unit);
  if (market) {
    finding.check.expected = range_number({market->low, market->high}, unit);
  }
  for (const TermInput& input : price->inputs) finding.check.inputs.push_back(input.shown);
  if (market) {
    for (const CheckInput& source : market->sources) finding.check.inputs.push_back(source);
  }
  finding.touches_headline = result != CheckResult::kNotApplicable;
  findings.list.push_back(std::move(finding));
}

}  // namespace

void implied_price(const RuleContext& context, Findings& findings) {
  judge_price(context, context.claim().total, findings);
  for (const ClaimPart& run : context.claim().runs) judge_price(context, run, findings);
}

void fleet_cost(const RuleContext& context, Findings& findings) {
  const Figure* headline = context.claim().headline_figure();
  if (headline == nullptr || headline->measure.dimension != Dimension::kMoney) return;
  std::optional<Term> sum;
  for (const FleetRow& row : context.claim().fleet) {
    if (!row.unit_cost || row.unit_cost->measure.currency != headline->measure.currency) return;
    const Term cost =
        context.term(row.count, "gpu") * context.term(*row.unit_cost, row.unit_cost->measure.unit);
    sum = sum ? *sum + cost : cost;
  }
  if (!sum) return;
  const std::string& unit = headline->measure.unit;
  const bool inside = intervals_meet(sum->bounds, headline->bounds());
  Finding finding = plain_finding(
      context, CheckKind::kPrice, "fleet_at_purchase_price",
      inside ? CheckResult::kPass : CheckResult::kFlag,
      context.say(inside ? "fleet_inside" : "fleet_outside", readable_text(sum->bounds.low, 4),
                  readable_text(sum->bounds.high, 4), unit, headline->text()));
  finding.check.formula = formula_text(*sum, unit);
  finding.check.computed = check_number(*sum, unit);
  finding.check.expected = check_number(context.term(*headline, unit), unit);
  for (const TermInput& input : sum->inputs) finding.check.inputs.push_back(input.shown);
  finding.touches_headline = true;
  findings.list.push_back(std::move(finding));
}

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
std::optional<PriceRatio> price_ratio(const RuleContext& context, const Figure& a,
                                      const Figure& b) {
  if (a.measure.dimension != b.measure.dimension) return std::nullopt;
  const Term ratio = context.term(a, a.measure.unit) / context.term(b, b.measure.unit);
  if (a.measure.currency == b.measure.currency) return PriceRatio{ratio};
  const std::optional<ExchangeRate> rate =
      exchange_rate(context, b.measure.currency, a.measure.currency);
  if (!rate) return std::nullopt;
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
      const std::optional<PriceRatio> found = price_ratio(context, a.price, b.price);
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

// Money, tokens and a device but no hours: hours = money / market price, and the utilisation that
// these hours imply.
void cost_from_compute(const RuleContext& context, Findings& findings) {
  const ClaimPart& total = context.claim().total;
  const Figure* money = total.find("money");
  const Figure* tokens = context.find(total, "tokens");
  if (money == nullptr || tokens == nullptr || hours_term(context, total)) return;
  const std::string device = context.device(total);
  const std::optional<MarketPrice> market = market_price(context, device, context.claim().date);
  const std::optional<Peak> peak = headline_peak(context, device);
  const std::optional<Term> flops =
      flops_per_token_term(context, total, FlopConvention::kSixNd, nullptr);
  const auto band = context.registry().bands().find(
      std::string(usual_mfu_band(context, context.model(total), device)));
  if (!market || !peak || !flops || band == context.registry().bands().end()) return;
  if (market->currency != money->measure.currency) return;
  // Its value is the high end: what a claim's money buys least of.
  Term price = constant(market->high);
  price.bounds = {market->low, market->high};
  price.widest = price.bounds;
  const Term mfu = *flops * context.term(*tokens, "token") * price /
                   (context.term(*money, money->measure.unit) * constant(3600) * peak->term);
  const bool inside = intervals_meet(mfu.bounds, {band->second.low, band->second.high});
  Finding finding = plain_finding(
      context, CheckKind::kPrice, "cost_from_compute",
      inside ? CheckResult::kPass : CheckResult::kFlag,
      context.say(inside ? "cost_from_compute_inside" : "cost_from_compute_outside", money->text(),
                  readable_text(market->low, 4), readable_text(market->high, 4),
                  percent_text(mfu.bounds.low), percent_text(mfu.bounds.high)));
  finding.check.formula = formula_text(mfu, "");
  finding.check.computed = check_number(mfu, "");
  for (const TermInput& input : mfu.inputs) finding.check.inputs.push_back(input.shown);
  for (const CheckInput& source : market->sources) finding.check.inputs.push_back(source);
  finding.touches_headline = true;
  findings.list.push_back(std::move(finding));
}

}  // namespace assay::audit
