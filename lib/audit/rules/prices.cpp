#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
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
  const std::optional<Term> devices = own_devices_term(context, part);
  const Figure* wall = part.find("wall");
  if (part.find("hours") == nullptr && devices && wall != nullptr) {
    hours = *devices * context.term(*wall, "h");
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

// The price in the market's currency; nothing where no exchange rate is known.
std::optional<Term> in_market_currency(const RuleContext& context, const Term& price,
                                       const std::string& currency, const MarketPrice& market,
                                       CurrencyNote& note) {
  if (currency == market.currency) return price;
  const std::optional<ExchangeRate> rate = exchange_rate(context, currency, market.currency);
  if (!rate) {
    note.lacks = context.say("missing_rate", currency, market.currency);
    return std::nullopt;
  }
  note.at_rate = rate->said;
  note.assumed = !rate->printed;
  return price * rate->term;
}

// A near miss of a market's ends says nothing: they are samples. Nor does an exchange rate that
// reaches the market within its movement.
bool is_usual_price(const Term& price, const MarketPrice& market, bool assumed_rate) {
  const Bounds<double> usual{market.low * (1 - kNearMiss), market.high * (1 + kNearMiss)};
  return intervals_meet(assumed_rate ? price.bounds : Bounds<double>{price.value, price.value},
                        usual);
}

// What a market says of a price, in the market's currency where an exchange rate is known.
struct MarketView {
  Term price;
  std::string unit;
  CheckResult result = CheckResult::kNotApplicable;
  std::string sentence;
  CurrencyNote note;
};

MarketView view_of(const RuleContext& context, const Term& price, const std::string& currency,
                   const std::optional<MarketPrice>& market) {
  MarketView view{.price = price, .unit = currency + "/gpu_h"};
  const std::string text = readable_text(price.value, view.unit);
  const std::string& method = context.claim().cost_method;
  const bool rented = method.empty() || method == "rent" || method == "cloud";
  view.sentence =
      rented ? context.say("price_no_market", text) : context.say("price_not_rent", text, method);
  if (!rented || !market) return view;
  const auto comparable = in_market_currency(context, price, currency, *market, view.note);
  if (!comparable) {
    view.sentence = context.say("no_exchange_rate", view.note.lacks);
    return view;
  }
  const bool inside = is_usual_price(*comparable, *market, view.note.assumed);
  view.price = *comparable;
  view.unit = market->currency + "/gpu_h";
  view.result = inside ? CheckResult::kPass : CheckResult::kFlag;
  view.sentence =
      context.say(inside ? "price_inside" : "price_outside", text, readable_text(market->low, 4),
                  readable_text(market->high, 4), view.unit, context.claim().date);
  return view;
}

void judge_price(const RuleContext& context, const ClaimPart& part, Findings& findings) {
  const std::optional<Term> price = price_term(context, part);
  if (!price) return;
  const std::string currency = currency_of(context, part);
  const bool total = part.is_total();
  if (total) {
    findings.implied_price = check_number(*price, currency + "/gpu_h");
    findings.implied_price_term = *price;
  }
  const std::optional<MarketPrice> market =
      market_price(context, context.device(part), context.claim().date);
  const MarketView view = view_of(context, *price, currency, market);
  Finding finding =
      plain_finding(context, CheckKind::kPrice, "implied_price", view.result, view.sentence);
  if (!total) finding.check.name += ": " + part.name;
  // A printed price needs no formula.
  if (view.price.inputs.size() > 1) finding.check.formula = formula_text(view.price, view.unit);
  finding.check.computed = check_number(view.price, view.unit);
  finding.lacks = view.note.lacks;
  tell_conversion(context, view.note, finding);
  if (market && view.unit == market->currency + "/gpu_h") {
    finding.check.expected = range_number({market->low, market->high}, view.unit);
  }
  for (const TermInput& input : view.price.inputs) finding.check.inputs.push_back(input.shown);
  if (market) {
    for (const CheckInput& source : market->sources) finding.check.inputs.push_back(source);
  }
  finding.touches_headline = view.result != CheckResult::kNotApplicable;
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
  CurrencyNote note;
  for (const FleetRow& row : context.claim().fleet) {
    if (!row.unit_cost) return;
    const Term cost = context.term(row.count, "gpu") *
                      in_currency(context, *row.unit_cost, row.unit_cost->measure.unit,
                                  headline->measure.currency, note);
    sum = sum ? *sum + cost : cost;
  }
  if (!sum) return;
  if (!note.lacks.empty()) {
    findings.list.push_back(unconverted(context, CheckKind::kPrice, "fleet_at_purchase_price", "",
                                        note, {context.shown(*headline)}));
    return;
  }
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
  tell_conversion(context, note, finding);
  findings.list.push_back(std::move(finding));
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
  CurrencyNote note;
  const Term paid = in_currency(context, *money, money->measure.unit, market->currency, note);
  if (!note.lacks.empty()) {
    findings.list.push_back(unconverted(context, CheckKind::kPrice, "cost_from_compute", "", note,
                                        {context.shown(*money), context.shown(*tokens)}));
    return;
  }
  // Its value is the high end: what a claim's money buys least of.
  Term price = constant(market->high);
  price.bounds = {market->low, market->high};
  price.widest = price.bounds;
  const Term mfu =
      *flops * context.term(*tokens, "token") * price / (paid * constant(3600) * peak->term);
  const Bounds<double> usual{band->second.low, band->second.high};
  const bool inside = intervals_meet(mfu.bounds, usual);
  const bool wider = mfu.bounds.low < usual.low || mfu.bounds.high > usual.high;
  Finding finding = plain_finding(
      context, CheckKind::kPrice, "cost_from_compute",
      inside ? CheckResult::kPass : CheckResult::kFlag,
      context.say(!inside ? "cost_from_compute_outside"
                          : (wider ? "cost_from_compute_reaches" : "cost_from_compute_inside"),
                  money->text(), readable_text(market->low, 4), readable_text(market->high, 4),
                  percent_text(mfu.bounds.low), percent_text(mfu.bounds.high),
                  percent_text(usual.low), percent_text(usual.high)));
  finding.check.formula = formula_text(mfu, "");
  finding.check.computed = check_number(mfu, "");
  for (const TermInput& input : mfu.inputs) finding.check.inputs.push_back(input.shown);
  for (const CheckInput& source : market->sources) finding.check.inputs.push_back(source);
  finding.touches_headline = true;
  tell_conversion(context, note, finding);
  findings.list.push_back(std::move(finding));
}

}  // namespace assay::audit
