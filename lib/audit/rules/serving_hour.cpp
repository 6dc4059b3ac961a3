#include "audit/rules/serving_hour.h"

#include <fmt/format.h>

#include <algorithm>

#include "audit/costs/market_price.h"
#include "audit/output/number_text.h"
#include "cost/models/serving_cost.h"

namespace assay::audit {

std::string serving_date(const RuleContext& context, const ClaimPart& part) {
  return part.date.empty() ? context.claim().date : part.date;
}

std::optional<ServingHour> serving_hour(const RuleContext& context, const ClaimPart& part) {
  if (const Figure* printed = part.find("price")) {
    const Bounds<double> bounds = printed->bounds();
    return ServingHour{
        bounds.low, bounds.high, printed->measure.currency, {context.shown(*printed)}, {}};
  }
  const auto market = market_price(context, context.device(part), serving_date(context, part));
  if (!market || market->low <= 0) return std::nullopt;
  return ServingHour{market->low, market->high, market->currency, market->sources, market->formula};
}

Bounds<double> paid_share(const ClaimPart& part) {
  constexpr double kLeast = 1e-6;  // a share of nought would cost without end
  const Figure* stated = part.find("utilisation");
  if (stated == nullptr) return {1, 1};
  return {std::max(stated->bounds().low, kLeast), stated->bounds().high};
}

Bounds<double> serving_cost(const ServingHour& hour, Bounds<double> rate, Bounds<double> share) {
  return {serving_cost_per_mtoken(hour.low, rate.high, share.high),
          serving_cost_per_mtoken(hour.high, rate.low, share.low)};
}

std::string serving_cost_formula(const ServingHour& hour, Bounds<double> rate,
                                 Bounds<double> share) {
  const Bounds<double> cost = serving_cost(hour, rate, share);
  const auto end = [&](double price, double tokens, double paid, double result) {
    return fmt::format("{} / ({} * 3600 * {}) * 1000000 ≈ {} {}/Mtoken", exact_text(price),
                       exact_text(tokens), exact_text(paid), rounded_text(result), hour.currency);
  };
  std::string formula = hour.formula.empty() ? std::string() : hour.formula + "; ";
  formula += end(hour.low, rate.high, share.high, cost.low);
  if (cost.high > cost.low) formula += "; " + end(hour.high, rate.low, share.low, cost.high);
  return formula;
}

std::string served_version(const RuleContext& context, const ClaimPart& part) {
  const std::string name = part.version.empty() ? part.name : part.version;
  const std::string date = serving_date(context, part);
  return date.empty() ? name : fmt::format("{}, {}", name, date);
}

}  // namespace assay::audit
