#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/field_dumper.h"
#include "config/field_lister.h"
#include "config/field_parser.h"
#include "config/overrides.h"
#include "config/toml_reader.h"
#include "config/toml_writer.h"
#include "digest/sha256.h"

/// Typed config. A struct lists its fields once, and that gives reading, writing, --help and hash:
///
///   struct TrainConfig {
///     int64_t steps = 2000;
///     std::string optimizer = "adamw";
///     template <class V>
///     void fields(V& visit) {
///       visit("steps", steps, "optimizer steps", at_least(1));
///       visit("optimizer", optimizer, "update rule", one_of({"adamw"}));
///     }
///     void validate(const FieldPlaces& at) const;  // optional: what needs several fields
///   };
///
/// Field types: bool, int64_t, double, std::string, Measure ("0.10 USD/gpu_h"), Seconds ("30 min"),
/// enums with EnumNames, structs with fields(), Located<T>, TomlTable (taken whole for another
/// reader), and std::optional, std::vector and std::map<std::string, T> of those. Rules: required,
/// non_empty, at_least, above, at_most, between, one_of, in_unit_of. `visit.place(member)` keeps
/// where the table stands.
namespace assay {

/// Reads a struct from a table. Throws: the document's kind of error with its place for an unknown
/// key, a wrong type, a value out of range or a missing required key.
template <HasFields T>
T parse_table(const TomlTable& table) {
  T value{};
  parse_fields(table, value);
  return value;
}

/// Reads a run config: the file, then the environment, then `--set`. Throws: ConfigError with
/// file:line:column, or naming the override.
template <HasFields T>
T load_config(const std::filesystem::path& file, const Overrides& overrides = {}) {
  TomlTable table = read_toml_file(file, {});
  apply_overrides(table, overrides, list_fields<T>());
  return parse_table<T>(table);
}

/// The same without a file: defaults and overrides.
template <HasFields T>
T default_config(const Overrides& overrides) {
  TomlTable table = read_toml("", {.name = "defaults"});
  apply_overrides(table, overrides, list_fields<T>());
  return parse_table<T>(table);
}

/// Reads a data file of another module (`module` is the tag of its messages). Throws: DataError
/// with file:line:column.
template <HasFields T>
T load_data(const std::filesystem::path& file, std::string_view module) {
  return parse_table<T>(
      read_toml_file(file, {.kind = DocumentKind::kData, .module = std::string(module)}));
}

/// The canonical TOML of a config: every field, defaults included. Reading it gives the same
/// config.
template <HasFields T>
std::string dump_toml(const T& value) {
  return write_toml(dump_fields(value));
}

/// sha256 of the canonical TOML.
template <HasFields T>
std::string config_sha256(const T& value) {
  return sha256(dump_toml(value));
}

/// One line a key with type, default, meaning and rule.
std::string help_text(const std::vector<FieldInfo>& fields);

template <HasFields T>
std::string help_text() {
  return help_text(list_fields<T>());
}

/// Checks a config that was made in code by the same rules as one from a file. `document.name` is
/// what messages call it. Throws: the document's kind of error.
template <HasFields T>
void check_config(const T& value, const Document& document) {
  const auto shared = std::make_shared<const Document>(document);
  TomlTable table = dump_fields(value);
  table.place = {shared};
  for (TomlEntry& entry : table.entries) {
    Document named = document;
    named.key = entry.key;
    entry.place = entry.node.place = {std::make_shared<const Document>(std::move(named))};
  }
  static_cast<void>(parse_table<T>(table));
}

}  // namespace assay
