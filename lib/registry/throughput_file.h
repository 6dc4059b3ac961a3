#pragma once

#include <string>

#include "registry/figure_field.h"

namespace assay::registry {

/// A file of configs/registry/throughput.
struct ThroughputFile {
  Located<std::string> id;
  Located<std::string> model;
  Located<std::string> device;
  Located<Measure> devices;
  std::string precision;
  Located<Measure> seq_len;
  std::string software;
  std::string note;
  SourceField source;
  FigureField throughput;

  template <class V>
  void fields(V& visit) {
    visit("id", id, "the file's name", required());
    visit("model", model, "id of a model", required());
    visit("device", device, "id of a device", required());
    visit("devices", devices, "how many", required(), in_unit_of(Dimension::kDevices), above(0));
    visit("precision", precision, "of the matrix products", required(),
          one_of({"fp32", "tf32", "bf16", "fp16", "fp8", "fp4"}));
    visit("seq_len", seq_len, "tokens of a sequence", required(), in_unit_of(Dimension::kTokens),
          above(0));
    visit("software", software, "what trained", required(), non_empty());
    visit("note", note, "what a reader must know");
    visit("source", source, "where the figure was found", required());
    visit("throughput", throughput, "of one device", required(),
          in_unit_of(Dimension::kTokensPerSecondPerDevice), above(0));
  }
};

}  // namespace assay::registry
