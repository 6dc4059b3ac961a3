#include "app/torch_support/run_price.h"

#include <fmt/format.h>

#include "config/place.h"
#include "cost/price_sheet.h"
#include "cost/run_prices.h"
#include "error/error.h"
#include "registry/known_ids.h"

namespace assay::app {

std::optional<Price> named_price_sheet(const PriceConfig& config,
                                       const std::string& registry_folder) {
  const std::string& id = config.sheet.value;
  if (id.empty()) return std::nullopt;
  const Registry registry = Registry::load(find_registry(registry_folder));
  const auto found = registry.prices().find(id);
  if (found == registry.prices().end()) {
    throw DataError(fmt::format("[price] {}: {}", to_string(config.sheet.place),
                                registry::unknown_id("price", id, registry.prices())));
  }
  const Price& sheet = found->second;
  const Measure& price = sheet.low.measure;
  if (price.value != sheet.high.measure.value) {
    fail_at(config.sheet.place,
            fmt::format("the price {} is a range: {} to {}; name one price of it as "
                        "price.device_hour",
                        id, price.text, sheet.high.measure.text));
  }
  if (config.budget && config.budget->currency != price.currency) {
    fail_at(config.sheet.place,
            fmt::format("price.budget is in another currency than the price {}: {} and {}", id,
                        config.budget->currency, price.currency));
  }
  return sheet;
}

void describe_price(const PriceConfig& config, const std::optional<Price>& sheet,
                    RunManifest& manifest) {
  if (sheet) {
    name_price_sheet(*sheet, manifest);
    return;
  }
  if (config.device_hour) manifest.price_text = config.device_hour->text;
  manifest.price_source = config.source;
  manifest.price_valid_from = config.valid_from;
  manifest.price_valid_to = config.valid_to;
}

std::vector<std::string> price_warnings(const std::optional<Price>& sheet,
                                        const RunManifest& manifest) {
  std::vector<std::string> warnings;
  const std::string name = sheet ? "the price " + sheet->id : "price.device_hour";
  if (const auto why = price_not_valid(manifest)) warnings.push_back(name + " is " + *why);
  if (!sheet) return warnings;
  for (const DeviceInfo& device : manifest.devices) {
    if (device.registry_id == sheet->device) continue;
    warnings.push_back(fmt::format("{} is that of another device: {}, the run holds {}", name,
                                   sheet->device,
                                   device.registry_id.empty() ? device.name : device.registry_id));
    break;
  }
  return warnings;
}

}  // namespace assay::app
