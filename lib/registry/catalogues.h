#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "registry/registry.h"

/// One loader a catalogue. Each checks what its entries refer to. Throw: DataError with its place.
namespace assay::registry {

using Sources = std::map<std::string, Source>;
using Devices = std::map<std::string, Device>;

Sources load_sources(const std::filesystem::path& root);
std::map<std::string, RegisteredModel> load_models(const std::filesystem::path& root,
                                                   const Sources& sources);
Devices load_devices(const std::filesystem::path& root, const Sources& sources);
std::map<std::string, Price> load_prices(const std::filesystem::path& root, const Sources& sources,
                                         const Devices& devices);
std::map<std::string, Band> load_bands(const std::filesystem::path& root, const Sources& sources);
std::map<std::string, Grid> load_grids(const std::filesystem::path& root, const Sources& sources);
std::map<std::string, FxRate> load_fx_rates(const std::filesystem::path& root,
                                            const Sources& sources);

}  // namespace assay::registry
