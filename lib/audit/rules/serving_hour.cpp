#include "audit/rules/serving_hour.h"

#include <fmt/format.h>

#include "audit/costs/market_price.h"

namespace assay::audit {

std::string serving_date(const RuleContext& context, const ClaimPart& part) {
  return part.date.empty() ? context.claim().date : part.date;
}

std::optional<ServingHour> serving_hour(const RuleContext& context, const ClaimPart& part) {
  if (const Figure* printed = part.find("price")) {
    const Bounds<double> bounds = printed->bounds();
    return ServingHour{
        bounds.low, bounds.high, printed->measure.currency, {context.shown(*printed)}};
  }
  const auto market = market_price(context, context.device(part), serving_date(context, part));
  if (!market || market->low <= 0) return std::nullopt;
  return ServingHour{market->low, market->high, market->currency, market->sources};
}

std::string served_version(const RuleContext& context, const ClaimPart& part) {
  const std::string name = part.version.empty() ? part.name : part.version;
  const std::string date = serving_date(context, part);
  return date.empty() ? name : fmt::format("{}, {}", name, date);
}

}  // namespace assay::audit
