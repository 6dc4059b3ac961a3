#pragma once

#include <torch/nn/module.h>

#include "models/layers/sequence_context.h"

namespace assay::models {

/// What the feed-forward part of a block gives for N tokens.
struct FeedForwardOutput {
  at::Tensor hidden;             ///< [N, D]
  at::Tensor tokens_per_expert;  ///< int64 [E]; undefined without experts
  at::Tensor aux_loss;           ///< fp32 [], weighted, per token; undefined without one
  at::Tensor mean_scores = {};   ///< fp32 [E]; defined where the balance loss is pooled over layers
  at::Tensor router_sums = {};   ///< fp64 [3]: LmOutput::router_sums; undefined without experts
};

/// The part of a block that treats each token by itself.
class FeedForward : public torch::nn::Module {
 public:
  /// x [B x T, D].
  virtual FeedForwardOutput forward(const at::Tensor& x, const SequenceContext& context) = 0;
  /// Called once after each optimizer step with the step's tokens_per_expert of this layer, int64
  /// [E], summed over micro-batches and ranks.
  virtual void after_step(const at::Tensor& tokens_per_expert) {
    static_cast<void>(tokens_per_expert);
  }
  /// The bias of the choice of experts, fp32 [E]; undefined where there is none.
  [[nodiscard]] virtual at::Tensor selection_bias() const { return {}; }
};

}  // namespace assay::models
