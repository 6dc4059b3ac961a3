#include "config/toml_node.h"

#include <array>
#include <utility>

namespace assay {

const TomlNode* TomlTable::find(std::string_view key) const {
  for (const TomlEntry& entry : entries) {
    if (entry.key == key) return &entry.node;
  }
  return nullptr;
}

TomlNode* TomlTable::find(std::string_view key) {
  return const_cast<TomlNode*>(std::as_const(*this).find(key));
}

const Place& TomlTable::place_of(std::string_view key) const {
  for (const TomlEntry& entry : entries) {
    if (entry.key == key) return entry.place;
  }
  return place;
}

void TomlTable::set(std::string_view key, const Place& key_place, TomlNode value) {
  for (TomlEntry& entry : entries) {
    if (entry.key != key) continue;
    entry.place = key_place;
    entry.node = std::move(value);
    return;
  }
  entries.push_back({std::string(key), key_place, std::move(value)});
}

std::string_view kind_name(const TomlNode& node) {
  constexpr std::array<std::string_view, 7> kNames{
      "a boolean", "an integer", "a number", "a string", "a text", "an array", "a table"};
  return kNames[node.value.index()];
}

}  // namespace assay
