#include "plan/plan_money.h"

#include <fmt/format.h>

#include <cctype>
#include <cmath>
#include <string>

#include "error/error.h"
#include "registry/registry_age.h"
#include "units/measure.h"

namespace assay {
namespace {

// The newest price of a device that is not a claim's own assumption.
const Price* newest_price(const Registry& registry, const std::string& device) {
  const Price* newest = nullptr;
  for (const auto& [id, price] : registry.prices()) {
    if (price.device != device || price.kind == "assumed-by-claim") continue;
    if (newest == nullptr || newest->valid_to < price.valid_to ||
        (newest->valid_to == price.valid_to && price.kind == "market")) {
      newest = &price;
    }
  }
  return newest;
}

PlannedFigure at_typed_price(const TrainingRequest& request, const Factor& hours) {
  Measure price;
  try {
    price = parse_measure(request.price);
  } catch (const DataError& error) {
    throw ConfigError(fmt::format("[plan] --price: {}", error.what()));
  }
  constexpr double kHighest = 1e6;  // per hour, in any currency
  if (price.dimension != Dimension::kMoneyPerGpuHour ||
      !(price.value > 0 && price.value <= kHighest)) {
    throw ConfigError(fmt::format(
        "[plan] a price reads \"2.5 USD/gpu_h\", above 0 and at most 1e6: \"{}\"", request.price));
  }
  return known_figure("money", price.currency, product(hours, exact_factor(price.value)),
                      Provenance::kAssumed, fmt::format("device-hours x {} (--price)", price.text));
}

PlannedFigure at_registered_price(const Price& price, const Registry& registry,
                                  const Factor& hours) {
  const Measure& low = price.low.measure;
  const Measure& high = price.high.measure;
  Factor rate = factor_between(low.value, high.value);
  std::string said = low.text == high.text ? low.text : low.text + " to " + high.text;
  if (low.text == high.text) {  // one sample: the usual spread of samples stands for the market
    const Band& spread = registry.band("unit-price-spread");
    rate = {low.value, low.value * spread.low, low.value * spread.high};
    said += fmt::format(" x {} to {} ({})", spread.low, spread.high, spread.source.key);
  }
  return known_figure(
      "money", low.currency, product(hours, rate), Provenance::kAssumed,
      fmt::format("device-hours x {} ({}, valid {} to {}{}; {})", said, price.id, price.valid_from,
                  price.valid_to, is_stale(price, registry) ? ", more than twelve months ago" : "",
                  price.low.source.key));
}

// An id begins with a letter and is one word; an amount is neither, whichever way round.
bool is_id(const std::string& price) {
  return !price.empty() && std::isalpha(static_cast<unsigned char>(price.front())) != 0 &&
         price.find_first_of(" /") == std::string::npos;
}

}  // namespace

PlannedFigure planned_money(const TrainingRequest& request, const Registry& registry,
                            const Factor& hours) {
  if (!request.price.empty() && !is_id(request.price)) return at_typed_price(request, hours);
  const Price* price = is_id(request.price) ? &registry.price(request.price)
                                            : newest_price(registry, request.device);
  if (price == nullptr) {
    return unknown_figure(
        "money", "USD",
        fmt::format("the registry has no price of {}; name one with --price", request.device));
  }
  if (price->device != request.device) {
    throw DataError(fmt::format("[plan] {} is a price of {}, not of {}", price->id, price->device,
                                request.device));
  }
  return at_registered_price(*price, registry, hours);
}

}  // namespace assay
