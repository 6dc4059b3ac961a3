#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "config/place.h"

namespace assay {

struct TomlEntry;
struct TomlNode;

/// The text of an override before its field's type is known: `--set train.steps=3`.
struct RawText {
  std::string text;
};

/// A table in the order of its text.
struct TomlTable {
  Place place;
  std::vector<TomlEntry> entries;

  /// The value of `key`, or null.
  [[nodiscard]] const TomlNode* find(std::string_view key) const;
  [[nodiscard]] TomlNode* find(std::string_view key);
  /// Where `key` stands; the table's own place where the key is absent.
  [[nodiscard]] const Place& place_of(std::string_view key) const;
  /// Adds a key, or replaces its value and place.
  void set(std::string_view key, const Place& place, TomlNode value);
};

using TomlArray = std::vector<TomlNode>;

/// A TOML value with its place. Dates are written as quoted strings.
struct TomlNode {
  std::variant<bool, int64_t, double, std::string, RawText, TomlArray, TomlTable> value;
  Place place;
};

/// A key, where it stands, and its value.
struct TomlEntry {
  std::string key;
  Place place;
  TomlNode node;
};

/// "a boolean", "an integer" ... for messages.
std::string_view kind_name(const TomlNode& node);

}  // namespace assay
