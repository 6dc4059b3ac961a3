#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "config/toml_node.h"
#include "layer_probe/probe_slice.h"
#include "record/probe_record.h"
#include "specs/model_spec.h"
#include "train/train_config.h"
#include "units/quantity.h"

namespace assay {

/// What is to be timed.
struct ProbeRequest {
  std::string model;  ///< registry id or the name of a file
  TomlTable table;    ///< its resolved table at full size
  ProbeLayout layout;
  Precision precision = Precision::kBf16;
  int64_t seq_len = 0;
  int64_t micro_batch = 1;  ///< sequences
  int64_t width_divisor = 1;
  int64_t warmup = 3;
  int64_t repeats = 20;
  bool balanced = true;
};

/// What timing one slice holds. Work space of kernels and gradients in flight come on top.
struct SliceMemory {
  int64_t parameters = 0;
  Bytes weights;
  Bytes gradients;
  Bytes activations;
  Bytes logits;
  [[nodiscard]] Bytes total() const { return weights + gradients + activations + logits; }
};

/// The memory of a slice of which a device holds one of `expert` parts of the experts.
SliceMemory slice_memory(const ProbeSlice& slice, const ProbeRequest& request, int64_t expert);

/// The largest slices that fit, and what they need.
struct ProbePlan {
  std::vector<ProbeSlice> slices;
  std::vector<SliceMemory> memory;  ///< of each
  int64_t expert = 1;               ///< parts that the experts are held in
  int64_t experts_held = 0;         ///< of a mixture layer; 0: dense
  int64_t micro_batch = 1;
  int64_t optimizer_parameters = 0;  ///< that an update is timed on
  Bytes optimizer;                   ///< what that holds
  Bytes need;                        ///< the most that is held at once
  std::vector<std::string> notes;    ///< what was made smaller, and what is left out
};

/// Takes the slice that the layout gives a device; where it does not fit into `available`, fewer
/// sequences, then fewer experts with more rows each. Throws: ConfigError for a layout that the
/// model's sizes do not allow; DeviceError naming what is needed where the smallest does not fit.
ProbePlan plan_probe(const ProbeRequest& request, Bytes available);

}  // namespace assay
