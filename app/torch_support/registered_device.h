#pragma once

#include <string>

#include "record/run_manifest.h"

namespace assay::app {

/// The registry's id of a device, by the name that its driver gives; empty where the registry does
/// not know it, or where there is no registry and none is named. `registry_folder` as find_registry
/// takes it. Throws: ConfigError where the named folder is no registry; DataError.
std::string registered_device_id(const DeviceInfo& device, const std::string& registry_folder);

}  // namespace assay::app
