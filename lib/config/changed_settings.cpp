#include "config/changed_settings.h"

#include <fmt/format.h>

#include <map>

#include "config/toml_writer.h"

namespace assay {
namespace {

using Values = std::map<std::string, std::string>;

/// Each value as TOML writes it, by its dotted key.
void add_values(const TomlTable& table, const std::string& prefix, Values& values) {
  for (const TomlEntry& entry : table.entries) {
    if (const auto* inner = std::get_if<TomlTable>(&entry.node.value)) {
      add_values(*inner, prefix + entry.key + ".", values);
      continue;
    }
    TomlTable one;
    one.set("v", entry.place, entry.node);
    const std::string text = write_toml(one);  // "v = 1\n"
    values[prefix + entry.key] = text.substr(4, text.size() - 5);
  }
}

}  // namespace

std::vector<std::string> changed_settings(const TomlTable& before, const TomlTable& after) {
  Values old_values;
  Values new_values;
  add_values(before, "", old_values);
  add_values(after, "", new_values);
  Values all = old_values;
  all.insert(new_values.begin(), new_values.end());
  std::vector<std::string> changes;
  for (const auto& [key, value] : all) {
    const auto old_value = old_values.find(key);
    const auto new_value = new_values.find(key);
    if (new_value == new_values.end()) {
      changes.push_back(fmt::format("{} left out (was {})", key, value));
    } else if (old_value == old_values.end()) {
      changes.push_back(fmt::format("{} = {} (was left out)", key, value));
    } else if (old_value->second != new_value->second) {
      changes.push_back(fmt::format("{} = {} (was {})", key, new_value->second, old_value->second));
    }
  }
  return changes;
}

}  // namespace assay
