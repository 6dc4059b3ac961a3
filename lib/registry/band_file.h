#pragma once

#include <string>

#include "registry/figure_field.h"

namespace assay::registry {

/// A file of configs/registry/bands.
struct BandFile {
  Located<std::string> id;
  std::string title;
  std::string note;
  SourceField source;
  Located<Measure> low;
  Located<Measure> high;

  template <class V>
  void fields(V& visit) {
    visit("id", id, "the file's name", required());
    visit("title", title, "what lies in the band", required(), non_empty());
    visit("note", note, "what a reader must know");
    visit("source", source, "who says so", required());
    visit("low", low, "lower end", required(), in_unit_of(Dimension::kRatio),
          in_unit_of(Dimension::kCarbonPerEnergy), in_unit_of(Dimension::kMoneyPerEnergy));
    visit("high", high, "upper end, in the unit of the lower", required(),
          in_unit_of(Dimension::kRatio), in_unit_of(Dimension::kCarbonPerEnergy),
          in_unit_of(Dimension::kMoneyPerEnergy));
  }
  void validate(const FieldPlaces& at) const;
};

}  // namespace assay::registry
