#pragma once

#include <torch/nn/module.h>

#include "kernels/rotary.h"
#include "models/layers/sequence_context.h"

namespace assay::models {

/// The part of a block that lets tokens look at each other.
class AttentionLayer : public torch::nn::Module {
 public:
  /// x [B x T, D], same shape out. `angles` are those of the context's positions.
  virtual at::Tensor forward(const at::Tensor& x, const SequenceContext& context,
                             const kernels::RotaryAngles& angles) = 0;
};

}  // namespace assay::models
