#pragma once

#include <torch/nn/module.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "data/batch.h"
#include "models/decode_state.h"
#include "specs/model_spec.h"

namespace assay {

/// What a forward pass gives. All tensors stay on the device, so that nothing waits for it inside
/// the step.
struct LmOutput {
  at::Tensor loss_sum;     ///< fp32 [], sum of weighted cross-entropies in nats
  at::Tensor num_targets;  ///< int64 [], targets that count (or their weight's count where > 0)
  at::Tensor aux_loss;     ///< fp32 [], weighted sum of auxiliary losses per token; undefined: none
  at::Tensor tokens_per_expert;  ///< int64 [moe_layers, E]; undefined for dense models
  /// fp64 [moe_layers, 3], of a training pass: sum over tokens of the entropy of the router's
  /// scores in nats, tokens, choices dropped for want of capacity. Undefined for dense models.
  at::Tensor router_sums;
};

/// A trainable language model. Parameters are fp32 or bf16 as the caller casts them; norm
/// statistics, softmax, router and loss are computed in fp32.
class LanguageModel : public torch::nn::Module {
 public:
  /// Training pass over one micro-batch.
  virtual LmOutput forward(const Batch& batch) = 0;
  /// Logits fp32 [B, T, V] of `tokens` int64 [B, T], which follow what `state` holds; appends them
  /// to `state`. Where the state wants the last logits only: [B, 1, V].
  virtual at::Tensor decode(const at::Tensor& tokens, DecodeState& state) = 0;
  /// The blocks whose feed-forward part is a mixture, in the order of LmOutput::tokens_per_expert:
  /// 0 is the model's first block, and those of multi-token prediction follow its last.
  [[nodiscard]] virtual std::vector<int64_t> mixture_layers() const { return {}; }
  /// Called once a step, after the optimizer, with the step's tokens_per_expert, int64 [moe_layers,
  /// E], summed over micro-batches and ranks: what balances experts without a loss acts here.
  /// Mixtures only.
  virtual void after_step(const at::Tensor& tokens_per_expert) {
    static_cast<void>(tokens_per_expert);
  }
  /// The bias of the choice of experts in each mixture layer, fp32 [moe_layers, E]; undefined where
  /// there is none.
  [[nodiscard]] virtual at::Tensor selection_bias() const { return {}; }

  /// What training passes compute again in their backward pass instead of keeping it. Losses and
  /// gradients do not depend on it.
  void set_recompute(Recompute recompute) { recompute_ = recompute; }
  [[nodiscard]] Recompute recompute() const { return recompute_; }

 private:
  Recompute recompute_ = Recompute::kNone;
};

}  // namespace assay
