#pragma once

#include <string>

#include "registry/figure_field.h"

namespace assay::registry {

/// A file of configs/registry/fx.
struct FxFile {
  Located<std::string> id;
  Located<std::string> date;
  SourceField source;
  FigureField rate;

  template <class V>
  void fields(V& visit) {
    visit("id", id, "the file's name", required());
    visit("date", date, "of the rate", required());
    visit("source", source, "where the rate was found", required());
    visit("rate", rate, "\"156 JPY/USD\"", required(), in_unit_of(Dimension::kMoneyPerMoney),
          above(0));
  }
  void validate(const FieldPlaces& at) const;
};

}  // namespace assay::registry
