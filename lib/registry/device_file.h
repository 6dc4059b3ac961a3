#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "registry/figure_field.h"

namespace assay::registry {

/// A file of configs/registry/devices. What is unsupported or unpublished is left out.
struct DeviceFile {
  Located<std::string> id;
  std::string name;
  std::string vendor;
  std::string kind;
  std::string architecture;
  Located<std::string> released;
  std::string note;
  std::vector<std::string> match_names;
  SourceField source;
  std::map<std::string, FigureField> peak_flops;
  std::optional<FigureField> memory;
  std::optional<FigureField> bandwidth;
  std::optional<FigureField> interconnect;
  std::optional<FigureField> tdp;

  template <class V>
  void fields(V& visit) {
    visit("id", id, "the file's name", required());
    visit("name", name, "as its vendor writes it", required(), non_empty());
    visit("vendor", vendor, "maker", required(), non_empty());
    visit("kind", kind, "sort of device", required(), one_of({"gpu", "tpu", "npu", "cpu"}));
    visit("architecture", architecture, "generation", required(), non_empty());
    visit("released", released, "date");
    visit("note", note, "what a reader must know");
    visit("match_names", match_names, "the device's name exactly as drivers print it", non_empty());
    visit("source", source, "where the figures were found", required());
    visit("peak_flops", peak_flops, "dense peaks by dtype", in_unit_of(Dimension::kFlopsPerSecond),
          above(0));
    visit("memory", memory, "capacity", in_unit_of(Dimension::kBytes), above(0));
    visit("bandwidth", bandwidth, "of the memory", in_unit_of(Dimension::kBytesPerSecond),
          above(0));
    visit("interconnect", interconnect, "both directions together",
          in_unit_of(Dimension::kBytesPerSecond), above(0));
    visit("tdp", tdp, "rated power", in_unit_of(Dimension::kPower), above(0));
  }
  void validate(const FieldPlaces& at) const;
};

}  // namespace assay::registry
