#include "audit/costs/market_price.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "audit/output/number_text.h"

namespace assay::audit {
namespace {

constexpr std::string_view kSpreadBand = "unit-price-spread";

// A month or year stands for any of its days.
bool overlaps(const Price& price, const std::string& date) {
  return price.valid_from.substr(0, date.size()) <= date &&
         date <= price.valid_to.substr(0, date.size());
}

}  // namespace

namespace {

// "sqrt(2 * 4) / exp(...) ≈ 1.2 USD/gpu_h; sqrt(2 * 4) * exp(...) ≈ 6.6 USD/gpu_h".
std::string spread_formula(Bounds<double> samples, Bounds<double> spread, const std::string& unit) {
  const double middle = std::sqrt(samples.low * samples.high);
  const double half = std::log(samples.high / samples.low) / 2;
  const auto end = [&](char sign, double factor) {
    const double reach = std::exp(std::hypot(half, std::log(factor)));
    return fmt::format(
        "sqrt({0} * {1}) {2} exp(sqrt((ln({1} / {0}) / 2) ^ 2 + ln({3}) ^ 2)) ≈ {4} {5}",
        exact_text(samples.low), exact_text(samples.high), sign, exact_text(factor),
        rounded_text(sign == '*' ? middle * reach : middle / reach), unit);
  };
  return end('/', spread.low) + "; " + end('*', spread.high);
}

}  // namespace

double MarketPrice::middle() const { return std::stod(rounded_text(std::sqrt(low * high), 6)); }

std::optional<MarketPrice> market_price(const RuleContext& context, const std::string& device,
                                        const std::string& date) {
  if (date.empty()) return std::nullopt;
  std::optional<MarketPrice> market;
  for (const auto& [id, price] : context.registry().prices()) {
    if (price.device != device || price.kind == "assumed-by-claim") continue;
    if (!overlaps(price, date)) continue;
    const Measure& low = price.low.measure;
    const Measure& high = price.high.measure;
    if (!market) market = MarketPrice{low.value, high.value, low.currency, {}, {}};
    if (market->currency != low.currency) continue;
    market->low = std::min(market->low, low.value);
    market->high = std::max(market->high, high.value);
    const std::string text =
        low.text == high.text ? low.text : fmt::format("{} - {}", low.text, high.text);
    market->sources.push_back(context.shown(price.low.source, id, text));
  }
  if (!market) return std::nullopt;
  const auto spread = context.registry().bands().find(std::string(kSpreadBand));
  if (spread != context.registry().bands().end() && market->low > 0) {
    // The samples' own range and the spread about a sample are independent: half-widths of
    // logarithms add by their squares.
    market->formula =
        spread_formula({market->low, market->high}, {spread->second.low, spread->second.high},
                       market->currency + "/gpu_h");
    const double middle = std::sqrt(market->low * market->high);
    const double samples = std::log(market->high / middle);
    const double down = std::hypot(samples, std::log(spread->second.low));
    const double up = std::hypot(samples, std::log(spread->second.high));
    market->low = std::stod(rounded_text(middle * std::exp(-down), 6));
    market->high = std::stod(rounded_text(middle * std::exp(up), 6));
    market->sources.push_back(
        context.shown(spread->second.source, context.say("unit_price_spread"),
                      fmt::format("{} x - {} x", spread->second.low, spread->second.high)));
  }
  return market;
}

}  // namespace assay::audit
