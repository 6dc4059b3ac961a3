#pragma once

#include <optional>
#include <string>
#include <vector>

#include "record/run_manifest.h"
#include "registry/registry.h"
#include "train/run_config.h"

namespace assay::app {

/// The price of the registry that a config names; nothing where it names none, and then no registry
/// is read. `registry_folder` as find_registry takes it. Throws: DataError with the key's place
/// where there is none of that id; ConfigError where it is a range or a budget is in another
/// currency.
std::optional<Price> named_price_sheet(const PriceConfig& config,
                                       const std::string& registry_folder);

/// Writes what a device-hour costs into the manifest: the sheet's price, else the config's own.
void describe_price(const PriceConfig& config, const std::optional<Price>& sheet,
                    RunManifest& manifest);

/// What a reader must know of the price of a run: that it does not hold on its day, that it is that
/// of another device.
std::vector<std::string> price_warnings(const std::optional<Price>& sheet,
                                        const RunManifest& manifest);

}  // namespace assay::app
