#include "app/torch_support/registered_device.h"

#include "error/error.h"
#include "registry/registry.h"

namespace assay::app {

std::string registered_device_id(const DeviceInfo& device, const std::string& registry_folder) {
  try {
    const Registry registry = Registry::load(find_registry(registry_folder));
    const Device* known = registry.find_device_by_driver_name(device.name);
    return known == nullptr ? std::string() : known->id;
  } catch (const ConfigError&) {
    if (!registry_folder.empty()) throw;
    return {};
  }
}

}  // namespace assay::app
