#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/enum_names.h"
#include "config/field_parser.h"
#include "config/located.h"
#include "config/toml_node.h"
#include "units/measure.h"
#include "units/quantity.h"

namespace assay {

/// The TOML value of a field; the way back of parse_value.
TomlNode dump_value(bool value);
TomlNode dump_value(int64_t value);
TomlNode dump_value(double value);
TomlNode dump_value(const std::string& value);
TomlNode dump_value(const Measure& value);
TomlNode dump_value(Seconds value);
TomlNode dump_value(const TomlTable& value);

/// The visitor of `fields()` that fills a table from a struct. Absent optional fields are left out.
class FieldDumper {
 public:
  template <class T, class... Rules>
  void operator()(std::string_view key, const T& member, std::string_view help,
                  const Rules&... rules);
  void place(const Place& member) { table_.place = member; }
  [[nodiscard]] TomlTable take() { return std::move(table_); }

 private:
  TomlTable table_;
};

/// The resolved table of a struct: every field, defaults included, in the order of `fields()`.
template <HasFields T>
TomlTable dump_fields(T value) {  // by value: `fields()` is one list for reading and writing
  FieldDumper visit;
  value.fields(visit);
  return visit.take();
}

template <HasFields T>
TomlNode dump_value(const T& value) {
  return {dump_fields(value), {}};
}

template <NamedEnum E>
TomlNode dump_value(const E& value) {
  for (const auto& [text, enumerator] : EnumNames<E>::kValues) {
    if (enumerator == value) return {std::string(text), {}};
  }
  return {std::string(), {}};
}

template <class T>
TomlNode dump_value(const Located<T>& value);
template <class T>
TomlNode dump_value(const std::vector<T>& value);
template <class T>
TomlNode dump_value(const std::map<std::string, T>& value);

template <class T>
TomlNode dump_value(const Located<T>& value) {
  TomlNode node = dump_value(value.value);
  node.place = value.place;
  return node;
}

template <class T>
TomlNode dump_value(const std::vector<T>& value) {
  TomlArray items;
  for (const T& item : value) items.push_back(dump_value(item));
  return {std::move(items), {}};
}

template <class T>
TomlNode dump_value(const std::map<std::string, T>& value) {
  TomlTable table;
  for (const auto& [key, item] : value) table.set(key, {}, dump_value(item));
  return {std::move(table), {}};
}

namespace dumper {
template <class T>
void set(TomlTable& table, std::string_view key, const T& member) {
  table.set(key, {}, dump_value(member));
}
template <class T>
void set(TomlTable& table, std::string_view key, const std::optional<T>& member) {
  if (member) set(table, key, *member);
}
}  // namespace dumper

template <class T, class... Rules>
void FieldDumper::operator()(std::string_view key, const T& member, std::string_view /*help*/,
                             const Rules&... /*rules*/) {
  dumper::set(table_, key, member);
}

}  // namespace assay
