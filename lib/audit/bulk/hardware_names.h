#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

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

  /// The device of a name as the table has it, or whose id or own name it is, but for capitals,
  /// spaces, dashes and the maker's name; never a guess.
  [[nodiscard]] std::optional<NamedHardware> find(const std::string& name) const;

 private:
  std::map<std::string, NamedHardware> names_;  ///< by plain_hardware_name
};

/// A name without capitals, spaces, signs and maker: "NVIDIA H100 SXM5" is "h100sxm5".
std::string plain_hardware_name(std::string_view name);

/// Ids of the registry's devices that share a word with a digit ("h100") with a name that is not
/// known: what it may have meant, by commas; empty where there are none.
std::string hardware_candidates(const Registry& registry, std::string_view name);

}  // namespace assay::audit
