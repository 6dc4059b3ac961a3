#pragma once

#include <cstdint>
#include <optional>

#include "specs/model_spec.h"
#include "units/quantity.h"

namespace assay {

/// How a training is spread over devices, and what one of them holds.
struct ParallelLayout {
  int64_t tensor = 1;    ///< devices that share each matrix; within a node
  int64_t pipeline = 1;  ///< groups of consecutive layers
  int64_t data = 1;      ///< copies of the model; the optimizer's state is split over them (ZeRO-1)
  int64_t expert = 1;    ///< devices of the copies that share the experts
  bool recompute = false;  ///< activations of a layer are computed again in the backward pass
  Bytes state;             ///< weights, gradients, master weights and moments
  Bytes activations;       ///< of the sequences in flight, one a micro-batch
  [[nodiscard]] Bytes total() const { return state + activations; }
};

/// What a layout has to fit.
struct LayoutRequest {
  int64_t num_devices = 1;
  int64_t devices_per_node = 8;
  int64_t seq_len = 0;
  Bytes memory;               ///< of one device
  double usable_share = 0.9;  ///< of it; the rest is for buffers and fragmentation
};

/// The memory of one device under a layout: bf16 weights and gradients, fp32 master weights and
/// AdamW's moments; 34 bytes per token, layer and unit of width (2 with recomputation, and one
/// layer in full), less by tensor parallelism with split sequences; logits in fp32. Source:
/// Rajbhandari et al. 2020, arXiv 1910.02054, section 5 (ZeRO-1); Korthikanti et al. 2022, arXiv
/// 2205.05198, sections 4 and 5.
ParallelLayout with_memory(ParallelLayout layout, const ModelSpec& spec,
                           const LayoutRequest& request);

/// The layout that fits with the least splitting of the model: fewest tensor x pipeline devices,
/// then no recomputation, then fewest devices an expert, then fewest pipeline groups. Tensor
/// parallelism stays in a node; expert groups divide the experts and the copies. Nothing where no
/// layout fits.
std::optional<ParallelLayout> choose_layout(const ModelSpec& spec, const LayoutRequest& request);

/// The layout with the least memory, to say by how much it is too little.
ParallelLayout smallest_layout(const ModelSpec& spec, const LayoutRequest& request);

}  // namespace assay
