#pragma once

#include <optional>
#include <string>

#include "registry/figure_field.h"

namespace assay::registry {

/// A file of configs/registry/layouts.
struct LayoutFile {
  Located<std::string> id;
  Located<std::string> model;
  Located<std::string> device;
  std::string note;
  SourceField source;
  FigureField tensor;
  FigureField pipeline;
  FigureField data;
  FigureField expert;
  FigureField seq_len;
  std::optional<FigureField> batch;
  std::optional<FigureField> network;
  std::optional<FigureField> nodes_per_token;

  template <class V>
  void fields(V& visit) {
    visit("id", id, "the file's name", required());
    visit("model", model, "id of a model", required());
    visit("device", device, "id of a device", required());
    visit("note", note, "what a reader must know");
    visit("source", source, "where the figures were found", required());
    visit("tensor", tensor, "devices that share each matrix", required(), devices(), above(0));
    visit("pipeline", pipeline, "groups of consecutive layers", required(), devices(), above(0));
    visit("data", data, "copies of the model", required(), devices(), above(0));
    visit("expert", expert, "devices that share the experts", required(), devices(), above(0));
    visit("seq_len", seq_len, "tokens of a sequence", required(), in_unit_of(Dimension::kTokens),
          above(0));
    visit("batch", batch, "tokens of an optimizer step", in_unit_of(Dimension::kTokens), above(0));
    visit("network", network, "of one device to other nodes, one direction",
          in_unit_of(Dimension::kBytesPerSecond), above(0));
    visit("nodes_per_token", nodes_per_token, "most nodes that a token's experts lie on",
          in_unit_of(Dimension::kCount), above(0));
  }

 private:
  static Rule devices() { return in_unit_of(Dimension::kDevices); }
};

}  // namespace assay::registry
