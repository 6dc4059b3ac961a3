#pragma once

#include <optional>
#include <string>

#include "config/field_parser.h"
#include "registry/registry.h"

namespace assay::registry {

/// The table `[source]` of a file: where its figures were found unless a figure says otherwise.
struct SourceField {
  std::string key;
  std::string locator;
  std::string mark;
  Place place;

  template <class V>
  void fields(V& visit) {
    visit.place(place);
    visit("key", key, "entry of sources.toml", required(), non_empty());
    visit("locator", locator, "page, table or section");
    visit("mark", mark, "how it was found", required(), one_of({"seen", "recalled", "derived"}));
  }
  [[nodiscard]] SourceRef ref() const { return {key, locator, mark}; }
};

/// A figure of a file: a text with a unit, or a table with `value` and its own source.
struct FigureField {
  Located<Measure> value;
  std::optional<Located<std::string>> source;
  std::optional<std::string> locator;
  std::optional<std::string> mark;

  /// The figure with the file's source for what it leaves out. A source of its own has no locator
  /// of the file's.
  [[nodiscard]] SourcedMeasure with_source(const SourceField& file) const;
};

}  // namespace assay::registry

namespace assay {
/// Reads either form of a figure. Throws: DataError at its place for a bare number or a unit that
/// `rule` does not allow.
void parse_value(const TomlNode& node, registry::FigureField& value, const Rule& rule);
}  // namespace assay
