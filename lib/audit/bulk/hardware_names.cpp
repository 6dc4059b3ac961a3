#include "audit/bulk/hardware_names.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <vector>

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

constexpr std::array<std::string_view, 9> kMakers{
    "nvidia", "amd", "intel", "google", "huawei", "tesla", "geforce", "instinct", "gpu"};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Runs of letters and digits in lower case.
std::vector<std::string> words_of(std::string_view name) {
  std::vector<std::string> words(1);
  for (const char c : name) {
    const bool capital = c >= 'A' && c <= 'Z';
    if (capital || (c >= 'a' && c <= 'z') || is_digit(c)) {
      words.back() += capital ? static_cast<char>(c - 'A' + 'a') : c;
    } else if (!words.back().empty()) {
      words.emplace_back();
    }
  }
  if (words.back().empty()) words.pop_back();
  return words;
}

}  // namespace

HardwareNames HardwareNames::load(const Registry& registry) {
  HardwareNames result;
  for (const auto& [id, device] : registry.devices()) {
    result.names_.emplace(plain_hardware_name(id), NamedHardware{id});
    result.names_.emplace(plain_hardware_name(device.name), NamedHardware{id});
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
    const std::string plain = plain_hardware_name(name);
    if (!seen.insert(plain).second) {
      fail_at(row.place_of("name"), "the name is used twice: \"" + name + "\"");
    }
    result.names_.insert_or_assign(plain, NamedHardware{device, truth(row, "stated", true)});
    row.finish();
  }
  table.finish();
  return result;
}

std::optional<NamedHardware> HardwareNames::find(const std::string& name) const {
  const auto found = names_.find(plain_hardware_name(name));
  return found == names_.end() ? std::nullopt : std::optional(found->second);
}

std::string plain_hardware_name(std::string_view name) {
  std::string plain;
  for (const std::string& word : words_of(name)) {
    const bool maker = std::find(kMakers.begin(), kMakers.end(), word) != kMakers.end();
    if (!maker) plain += word;
  }
  return plain;
}

std::string hardware_candidates(const Registry& registry, std::string_view name) {
  std::vector<std::string> ids;
  for (const std::string& word : words_of(name)) {
    const bool telling = word.size() >= 2 && std::any_of(word.begin(), word.end(), is_digit) &&
                         !std::all_of(word.begin(), word.end(), is_digit);
    if (!telling) continue;
    for (const auto& [id, device] : registry.devices()) {
      const std::vector<std::string> known = words_of(id);
      if (std::find(known.begin(), known.end(), word) != known.end()) ids.push_back(id);
    }
  }
  return fmt::format("{}", fmt::join(ids, ", "));
}

}  // namespace assay::audit
