#pragma once

#include <map>
#include <optional>
#include <string>

#include "registry/registry.h"

namespace assay::audit {

/// The device that a table means by a name.
struct NamedHardware {
  std::string device;  ///< registry id
  bool stated = true;  ///< false: the name leaves the variant open
};

/// configs/registry/hardware_names.toml: what tables of systems call the devices of the registry.
class HardwareNames {
 public:
  /// Throws: DataError with file:line:column for an unknown key or device and a repeated name.
  static HardwareNames load(const Registry& registry);

  /// The device of a name as the table has it, or whose id or own name it is; never a guess.
  [[nodiscard]] std::optional<NamedHardware> find(const std::string& name) const;

 private:
  std::map<std::string, NamedHardware> names_;
};

}  // namespace assay::audit
