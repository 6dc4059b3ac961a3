#pragma once

#include <string>

#include "registry/figure_field.h"

namespace assay::registry {

/// A file of configs/registry/prices: one price (`price`) or a range (`low`, `high`).
struct PriceFile {
  Located<std::string> id;
  Located<std::string> device;
  std::string kind;
  Located<std::string> valid_from;
  Located<std::string> valid_to;
  std::string note;
  SourceField source;
  std::optional<FigureField> price;
  std::optional<FigureField> low;
  std::optional<FigureField> high;

  template <class V>
  void fields(V& visit) {
    visit("id", id, "the file's name", required());
    visit("device", device, "id of a device", required());
    visit("kind", kind, "sort of price", required(),
          one_of({"on-demand", "market", "list", "committed", "assumed-by-claim"}));
    visit("valid_from", valid_from, "first day", required());
    visit("valid_to", valid_to, "last day", required());
    visit("note", note, "what a reader must know");
    visit("source", source, "where the price was found", required());
    visit("price", price, "one price", in_unit_of(Dimension::kMoneyPerGpuHour), above(0));
    visit("low", low, "lower end of a range", in_unit_of(Dimension::kMoneyPerGpuHour), above(0));
    visit("high", high, "upper end of a range", in_unit_of(Dimension::kMoneyPerGpuHour), above(0));
  }
  void validate(const FieldPlaces& at) const;
};

}  // namespace assay::registry
