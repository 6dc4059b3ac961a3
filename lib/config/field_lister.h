#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/field_dumper.h"
#include "config/field_parser.h"
#include "config/rule.h"

namespace assay {

/// One field as --help shows it.
struct FieldInfo {
  std::string path;     ///< "train.steps"; "stages[].name" inside a list
  std::string type;     ///< "integer", "list of text" ...
  std::string initial;  ///< the default as TOML, "required" or "none"
  std::string help;
  std::string rule;            ///< "at least 1", or empty
  bool is_open_table = false;  ///< takes a whole table; its keys are known to another reader
  bool can_override = true;    ///< false inside lists and maps
};

/// The visitor of `fields()` that lists a struct's fields with their defaults.
class FieldLister {
 public:
  explicit FieldLister(std::string prefix, bool can_override)
      : prefix_(std::move(prefix)), can_override_(can_override) {}

  template <class T, class... Rules>
  void operator()(std::string_view key, T& member, std::string_view help, const Rules&... rules);
  void place(const Place& /*member*/) const {}

  [[nodiscard]] std::vector<FieldInfo> take() { return std::move(fields_); }

 private:
  template <HasFields T>
  void nest(const std::string& path, bool can_override, T value) {
    FieldLister inner(path + ".", can_override);
    value.fields(inner);
    for (FieldInfo& field : inner.fields_) fields_.push_back(std::move(field));
  }
  void add(const std::string& path, std::string type, const TomlNode* initial,
           std::string_view help, const Rule& rule);

  std::string prefix_;
  bool can_override_;
  std::vector<FieldInfo> fields_;
};

/// The fields of a default-made struct, in order.
template <HasFields T>
std::vector<FieldInfo> list_fields() {
  FieldLister visit("", true);
  T value{};
  value.fields(visit);
  return visit.take();
}

namespace lister {
template <class T>
struct TypeName;
template <>
struct TypeName<bool> {
  static std::string get() { return "true/false"; }
};
template <>
struct TypeName<int64_t> {
  static std::string get() { return "integer"; }
};
template <>
struct TypeName<double> {
  static std::string get() { return "number"; }
};
template <>
struct TypeName<std::string> {
  static std::string get() { return "text"; }
};
template <>
struct TypeName<Measure> {
  static std::string get() { return "number with unit"; }
};
template <>
struct TypeName<Seconds> {
  static std::string get() { return "time with unit"; }
};
template <>
struct TypeName<TomlTable> {
  static std::string get() { return "table"; }
};
template <NamedEnum E>
struct TypeName<E> {
  static std::string get() {
    std::string names;
    for (const auto& [text, enumerator] : EnumNames<E>::kValues) {
      names += (names.empty() ? "" : "|") + std::string(text);
    }
    return names;
  }
};
template <HasFields T>
struct TypeName<T> {
  static std::string get() { return "table"; }
};
template <class T>
struct TypeName<std::optional<T>> {
  static std::string get() { return TypeName<T>::get(); }
};
template <class T>
struct TypeName<Located<T>> {
  static std::string get() { return TypeName<T>::get(); }
};
template <class T>
struct TypeName<std::vector<T>> {
  static std::string get() { return "list of " + TypeName<T>::get(); }
};
template <class T>
struct TypeName<std::map<std::string, T>> {
  static std::string get() { return "table of " + TypeName<T>::get(); }
};

/// The struct inside a list, a map or an optional, where there is one.
template <class T>
struct Inner {
  using type = void;
};
template <class T>
struct Inner<std::vector<T>> {
  using type = T;
  static constexpr std::string_view kMark = "[]";
};
template <class T>
struct Inner<std::map<std::string, T>> {
  using type = T;
  static constexpr std::string_view kMark = ".<name>";
};
template <class T>
struct Inner<std::optional<T>> {
  using type = T;
  static constexpr std::string_view kMark = "";
};
}  // namespace lister

template <class T, class... Rules>
void FieldLister::operator()(std::string_view key, T& member, std::string_view help,
                             const Rules&... rules) {
  const std::string path = prefix_ + std::string(key);
  const Rule rule = merge(std::initializer_list<Rule>{rules...});
  if constexpr (HasFields<T>) {
    nest(path, can_override_, member);
  } else if constexpr (HasFields<typename lister::Inner<T>::type>) {
    using Struct = typename lister::Inner<T>::type;
    const std::string_view mark = lister::Inner<T>::kMark;
    nest(path + std::string(mark), can_override_ && mark.empty(), Struct{});
  } else {
    TomlTable table;
    dumper::set(table, key, member);
    add(path, lister::TypeName<T>::get(), table.find(key), help, rule);
  }
}

}  // namespace assay
