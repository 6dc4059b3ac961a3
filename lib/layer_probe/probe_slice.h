#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "config/toml_node.h"

namespace assay {

/// How much of each layer is held.
struct SliceShape {
  int64_t tensor = 1;         ///< devices that share each matrix
  int64_t width_divisor = 1;  ///< of widths, heads and vocabulary; 1: as published
  bool balanced = true;       ///< experts in turn; false: what the model's own router chooses
};

/// A part of the model that is timed as one: one or two blocks between its embedding and its head.
struct ProbeSlice {
  std::string name;
  TomlTable table;  ///< of the same family
  int64_t num_blocks = 1;
  int64_t num_dense = 0;  ///< of them with a dense MLP in a model of mixtures
};

/// The model of a resolved table with its widths, heads and vocabulary divided. Widths stay
/// multiples of 16 where they were wider than that; queries keep their number a key head. Throws:
/// ConfigError.
TomlTable with_divided_width(TomlTable model, int64_t divisor);

/// The slices that every distinct layer of the model is in, the one with the most of its blocks
/// first: a block; a mixture block, and one behind a dense block where the first blocks are dense;
/// a pair of blocks where windows and full attention alternate. tensor > 1 divides heads, MLP and
/// expert widths and the vocabulary. Multi-token prediction is left out. Throws: ConfigError for
/// sizes that cannot be split and families that cannot be trained.
std::vector<ProbeSlice> probe_slices(const TomlTable& model, const SliceShape& shape);

}  // namespace assay
