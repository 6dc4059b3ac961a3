#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/enum_names.h"
#include "config/located.h"
#include "config/rule.h"
#include "config/toml_node.h"
#include "units/measure.h"
#include "units/quantity.h"

namespace assay {

/// Reads one value into a field. Throws: the document's kind of error at the value's place for a
/// wrong type or a value that breaks `rule`. A whole number is a fine `double`; text with a unit is
/// a Measure or Seconds, and a bare number there is an error.
void parse_value(const TomlNode& node, bool& value, const Rule& rule);
void parse_value(const TomlNode& node, int64_t& value, const Rule& rule);
void parse_value(const TomlNode& node, double& value, const Rule& rule);
void parse_value(const TomlNode& node, std::string& value, const Rule& rule);
void parse_value(const TomlNode& node, Measure& value, const Rule& rule);
void parse_value(const TomlNode& node, Seconds& value, const Rule& rule);
/// Takes a table as it is, for a reader that knows its keys.
void parse_value(const TomlNode& node, TomlTable& value, const Rule& rule);

/// Where the keys of the struct in hand stand, for `void validate(const FieldPlaces& at) const`.
class FieldPlaces {
 public:
  explicit FieldPlaces(const TomlTable& table) : table_(table) {}
  /// The place of a key, or of its table where the key is absent. A path names a key of an inner
  /// table: "router.num_groups".
  [[nodiscard]] const Place& of(std::string_view path) const;
  /// What the document calls the key: a config.json of Hugging Face has names of its own.
  [[nodiscard]] std::string name_of(std::string_view path) const;
  /// Throws the document's kind of error at that place.
  [[noreturn]] void fail(std::string_view path, std::string_view fact) const {
    fail_at(of(path), fact);
  }

 private:
  const TomlTable& table_;
};

/// The visitor of `fields()` that fills a struct from a table. Every key of the table must be
/// visited; what stays over is an unknown key.
class FieldParser {
 public:
  explicit FieldParser(const TomlTable& table) : table_(table) {}

  template <class T, class... Rules>
  void operator()(std::string_view key, T& member, std::string_view help, const Rules&... rules);

  /// Keeps the place of the table itself in `member`.
  void place(Place& member) const { member = table_.place; }

  /// Throws: the document's kind of error for a key that no field took, with the nearest known key.
  void finish() const;

 private:
  // The node of `key`, or null where it is absent and may be.
  const TomlNode* take(std::string_view key, const Rule& rule);

  const TomlTable& table_;
  std::vector<std::string_view> known_;
};

template <class T>
concept HasFields = requires(T& value, FieldParser& visit) {
  value.fields(visit);
};

/// Reads a table into a struct with `fields()`; calls `validate(FieldPlaces)` where it has one.
template <HasFields T>
void parse_fields(const TomlTable& table, T& value) {
  FieldParser visit(table);
  value.fields(visit);
  visit.finish();
  if constexpr (requires(const FieldPlaces& at) { value.validate(at); }) {
    value.validate(FieldPlaces(table));
  }
}

namespace parser {
const TomlTable& as_table(const TomlNode& node);
/// The items of an array. An override's text is read as TOML into `storage`.
const TomlArray& as_array(const TomlNode& node, TomlNode& storage);
void require_non_empty(const TomlNode& node, size_t size, const Rule& rule);
[[noreturn]] void fail_unknown_name(const TomlNode& node, std::string_view name,
                                    const std::vector<std::string_view>& known);
}  // namespace parser

template <HasFields T>
void parse_value(const TomlNode& node, T& value, const Rule&) {
  parse_fields(parser::as_table(node), value);
}

template <NamedEnum E>
void parse_value(const TomlNode& node, E& value, const Rule& rule) {
  std::string name;
  parse_value(node, name, rule);
  std::vector<std::string_view> known;
  for (const auto& [text, enumerator] : EnumNames<E>::kValues) {
    known.push_back(text);
    if (text != name) continue;
    value = enumerator;
    return;
  }
  parser::fail_unknown_name(node, name, known);
}

// Declared before they are defined, so that they can hold one another.
template <class T>
void parse_value(const TomlNode& node, std::optional<T>& value, const Rule& rule);
template <class T>
void parse_value(const TomlNode& node, Located<T>& value, const Rule& rule);
template <class T>
void parse_value(const TomlNode& node, std::vector<T>& value, const Rule& rule);
template <class T>
void parse_value(const TomlNode& node, std::map<std::string, T>& value, const Rule& rule);

template <class T>
void parse_value(const TomlNode& node, std::optional<T>& value, const Rule& rule) {
  parse_value(node, value.emplace(), rule);
}

template <class T>
void parse_value(const TomlNode& node, Located<T>& value, const Rule& rule) {
  value.place = node.place;
  parse_value(node, value.value, rule);
}

template <class T>
void parse_value(const TomlNode& node, std::vector<T>& value, const Rule& rule) {
  TomlNode storage;
  const TomlArray& items = parser::as_array(node, storage);
  parser::require_non_empty(node, items.size(), rule);
  value.clear();
  for (const TomlNode& item : items) {
    T element{};
    parse_value(item, element, rule);
    value.push_back(std::move(element));
  }
}

template <class T>
void parse_value(const TomlNode& node, std::map<std::string, T>& value, const Rule& rule) {
  const TomlTable& table = parser::as_table(node);
  parser::require_non_empty(node, table.entries.size(), rule);
  value.clear();
  for (const TomlEntry& entry : table.entries) parse_value(entry.node, value[entry.key], rule);
}

template <class T, class... Rules>
void FieldParser::operator()(std::string_view key, T& member, std::string_view /*help*/,
                             const Rules&... rules) {
  const Rule rule = merge(std::initializer_list<Rule>{rules...});
  if (const TomlNode* node = take(key, rule)) parse_value(*node, member, rule);
}

}  // namespace assay
