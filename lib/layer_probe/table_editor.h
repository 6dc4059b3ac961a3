#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "config/toml_node.h"

namespace assay {

/// Reads and changes keys of a model's resolved table, "latent.kv_lora_rank" for one in a table.
class TableEditor {
 public:
  explicit TableEditor(TomlTable& table) : table_(table) {}

  /// The integer at a path; absent where there is no such key.
  [[nodiscard]] std::optional<int64_t> integer(std::string_view path) const;
  [[nodiscard]] bool has(std::string_view path) const { return find(path) != nullptr; }
  /// Replaces the value of a key that is there.
  void set(std::string_view path, int64_t value);
  void set(std::string_view path, bool value);
  /// Takes a key of the top away.
  void erase(std::string_view key);

 private:
  [[nodiscard]] TomlNode* find(std::string_view path) const;

  TomlTable& table_;
};

}  // namespace assay
