#pragma once

#include <string>

#include "registry/figure_field.h"

namespace assay::registry {

/// A file of configs/registry/grids.
struct GridFile {
  Located<std::string> id;
  std::string name;
  std::string note;
  Located<std::string> year;
  SourceField source;
  FigureField intensity;

  template <class V>
  void fields(V& visit) {
    visit("id", id, "the file's name", required());
    visit("name", name, "country or region", required(), non_empty());
    visit("year", year, "of the electricity, YYYY", required());
    visit("note", note, "what a reader must know");
    visit("source", source, "where the figure was found", required());
    visit("intensity", intensity, "location-based", required(),
          in_unit_of(Dimension::kCarbonPerEnergy), at_least(0));
  }
  void validate(const FieldPlaces& at) const;
};

}  // namespace assay::registry
