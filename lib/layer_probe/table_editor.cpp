#include "layer_probe/table_editor.h"

#include "error/error.h"

namespace assay {

TomlNode* TableEditor::find(std::string_view path) const {
  TomlTable* table = &table_;
  for (;;) {
    const size_t point = path.find('.');
    TomlNode* node = table->find(path.substr(0, point));
    if (node == nullptr || point == std::string_view::npos) return node;
    table = std::get_if<TomlTable>(&node->value);
    if (table == nullptr) return nullptr;
    path.remove_prefix(point + 1);
  }
}

std::optional<int64_t> TableEditor::integer(std::string_view path) const {
  const TomlNode* node = find(path);
  if (node == nullptr) return std::nullopt;
  const auto* value = std::get_if<int64_t>(&node->value);
  return value == nullptr ? std::nullopt : std::optional(*value);
}

void TableEditor::set(std::string_view path, int64_t value) {
  TomlNode* node = find(path);
  check(node != nullptr, "[layer_probe] the model's table lacks a key that is set");
  node->value = value;
}

void TableEditor::set(std::string_view path, bool value) {
  TomlNode* node = find(path);
  check(node != nullptr, "[layer_probe] the model's table lacks a key that is set");
  node->value = value;
}

void TableEditor::erase(std::string_view key) {
  std::erase_if(table_.entries, [&](const TomlEntry& entry) { return entry.key == key; });
}

}  // namespace assay
