#include "registry/registry.h"

#include <fmt/format.h>

#include <algorithm>

#include "error/error.h"
#include "registry/catalogues.h"
#include "registry/entry_files.h"
#include "registry/known_ids.h"

namespace assay {
namespace {

template <class Map>
const typename Map::mapped_type& entry_of(const Map& known, std::string_view what,
                                          std::string_view id) {
  const auto found = known.find(std::string(id));
  if (found != known.end()) return found->second;
  throw DataError(fmt::format("[registry] {}", registry::unknown_id(what, id, known)));
}

}  // namespace

Registry Registry::load(const std::filesystem::path& root) {
  Registry result;
  result.root_ = root;
  result.sources_ = registry::load_sources(root);
  result.hash_ = registry::hash_tree(root);
  result.models_ = registry::load_models(root, result.sources_);
  result.devices_ = registry::load_devices(root, result.sources_);
  result.prices_ = registry::load_prices(root, result.sources_, result.devices_);
  result.bands_ = registry::load_bands(root, result.sources_);
  result.grids_ = registry::load_grids(root, result.sources_);
  result.fx_rates_ = registry::load_fx_rates(root, result.sources_);
  return result;
}

const RegisteredModel& Registry::model(std::string_view id) const {
  return entry_of(models_, "model", id);
}

const Device& Registry::device(std::string_view id) const {
  return entry_of(devices_, "device", id);
}

const Price& Registry::price(std::string_view id) const { return entry_of(prices_, "price", id); }

const Band& Registry::band(std::string_view id) const { return entry_of(bands_, "band", id); }

const Source& Registry::source(std::string_view key) const {
  return entry_of(sources_, "source", key);
}

std::vector<const Price*> Registry::prices_on(std::string_view device_id, std::string_view day,
                                              std::string_view kind) const {
  std::vector<const Price*> found;
  for (const auto& [id, price] : prices_) {
    if (price.device != device_id || (!kind.empty() && price.kind != kind)) continue;
    if (price.valid_from <= day && day <= price.valid_to) found.push_back(&price);
  }
  return found;
}

const Device* Registry::find_device_by_driver_name(std::string_view driver_name) const {
  for (const auto& [id, device] : devices_) {
    const auto& names = device.match_names;
    if (std::find(names.begin(), names.end(), driver_name) != names.end()) return &device;
  }
  return nullptr;
}

}  // namespace assay
