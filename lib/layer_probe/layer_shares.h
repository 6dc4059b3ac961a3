#pragma once

#include <cstdint>
#include <vector>

#include "layer_probe/slice_timer.h"
#include "record/probe_record.h"

namespace assay {

/// How many blocks the model has.
struct BlockCounts {
  int64_t all = 0;
  int64_t dense = 0;  ///< with a dense MLP, in a model of mixtures
  bool has_experts = false;
};

/// A slice's blocks and times.
struct TimedSlice {
  int64_t num_blocks = 1;
  int64_t num_dense = 0;
  std::vector<KindTimes> kinds;
};

/// The model's distinct layers out of its slices, the one with the most of its blocks first.
/// Embedding, head, loss and rest come once a pass; attention once a block; other kinds once a
/// block of their sort, the time of a slice divided by its blocks. The MLP of a dense block is what
/// a slice with one takes more than the first. Medians, and 5 % and 95 % of the repeats.
std::vector<ProbeLayer> layer_shares(const std::vector<TimedSlice>& slices,
                                     const BlockCounts& counts);

}  // namespace assay
