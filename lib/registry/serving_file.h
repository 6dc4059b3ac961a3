#pragma once

#include <optional>
#include <string>

#include "registry/figure_field.h"

namespace assay::registry {

/// A file of configs/registry/serving.
struct ServingFile {
  Located<std::string> id;
  Located<std::string> model;
  Located<std::string> device;
  Located<std::string> date;
  std::string software;
  std::string note;
  SourceField source;
  std::optional<FigureField> devices;
  FigureField prefill_rate;
  FigureField decode_rate;
  std::optional<FigureField> price;

  template <class V>
  void fields(V& visit) {
    visit("id", id, "the file's name", required());
    visit("model", model, "id of a model", required());
    visit("device", device, "id of a device", required());
    visit("date", date, "when it was measured or told", required());
    visit("software", software, "what served", required(), non_empty());
    visit("note", note, "what a reader must know");
    visit("source", source, "where the figures were found", required());
    visit("devices", devices, "how many served", in_unit_of(Dimension::kDevices), above(0));
    visit("prefill_rate", prefill_rate, "of one device that reads prompts", required(), rate(),
          above(0));
    visit("decode_rate", decode_rate, "of one device that writes answers", required(), rate(),
          above(0));
    visit("price", price, "of a device-hour, where the source reckons with one",
          in_unit_of(Dimension::kMoneyPerGpuHour), above(0));
  }

 private:
  static Rule rate() { return in_unit_of(Dimension::kTokensPerSecondPerDevice); }
};

}  // namespace assay::registry
