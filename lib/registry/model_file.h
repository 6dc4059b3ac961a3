#pragma once

#include <optional>
#include <string>

#include "registry/figure_field.h"

namespace assay::registry {

/// A file of configs/registry/models.
struct ModelFile {
  Located<std::string> id;
  std::string name;
  std::string developer;
  Located<std::string> released;
  std::string note;
  SourceField source;
  std::optional<FigureField> published_total;
  std::optional<FigureField> published_active;
  std::optional<TomlTable> config;
  std::optional<Located<std::string>> config_of;  ///< another model with the same shape

  template <class V>
  void fields(V& visit) {
    visit("id", id, "the file's name", required());
    visit("name", name, "as its maker writes it", required(), non_empty());
    visit("developer", developer, "who made it");
    visit("released", released, "date");
    visit("note", note, "what a reader must know");
    visit("source", source, "where the shape was found", required());
    visit("published_total", published_total, "stored parameters", in_unit_of(kParameters));
    visit("published_active", published_active, "parameters that a token touches",
          in_unit_of(kParameters));
    visit("config", config, "family and shape");
    visit("config_of", config_of, "a model of the same shape", non_empty());
  }
  void validate(const FieldPlaces& at) const;

  static constexpr Dimension kParameters = Dimension::kParameters;
};

}  // namespace assay::registry
