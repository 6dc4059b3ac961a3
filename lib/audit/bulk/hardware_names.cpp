#include "audit/bulk/hardware_names.h"

#include <set>

#include "audit/claims/claim_table.h"
#include "config/toml_reader.h"

namespace assay::audit {
namespace {

bool truth(ClaimTable& table, std::string_view key, bool otherwise) {
  const TomlNode* node = table.node(key);
  if (node == nullptr) return otherwise;
  const bool* value = std::get_if<bool>(&node->value);
  if (value == nullptr) fail_at(node->place, "stated is true or false");
  return *value;
}

}  // namespace

HardwareNames HardwareNames::load(const Registry& registry) {
  HardwareNames result;
  for (const auto& [id, device] : registry.devices()) {
    result.names_.emplace(id, NamedHardware{id});
    result.names_.emplace(device.name, NamedHardware{id});
  }
  const std::filesystem::path file = registry.root() / "hardware_names.toml";
  if (!std::filesystem::exists(file)) return result;
  const TomlTable root =
      read_toml_file(file, {.kind = DocumentKind::kData, .module = "audit", .name = file.string()});
  ClaimTable table(root);
  std::set<std::string> seen;  // a name of the file comes before a device's own
  for (const TomlTable* fields : table.tables("names")) {
    ClaimTable row(*fields);
    const std::string name = row.text("name");
    const std::string device = row.text("device");
    if (!registry.devices().contains(device)) {
      fail_at(row.place_of("device"), "unknown device \"" + device + "\"");
    }
    if (!seen.insert(name).second) {
      fail_at(row.place_of("name"), "the name is used twice: \"" + name + "\"");
    }
    result.names_.insert_or_assign(name, NamedHardware{device, truth(row, "stated", true)});
    row.finish();
  }
  table.finish();
  return result;
}

std::optional<NamedHardware> HardwareNames::find(const std::string& name) const {
  const auto found = names_.find(name);
  return found == names_.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace assay::audit
