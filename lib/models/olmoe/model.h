#pragma once

#include "kernels/rotary.h"
#include "models/language_model.h"
#include "models/layers/embedding.h"
#include "models/layers/linear.h"
#include "models/layers/mixture.h"
#include "models/layers/mixture_outputs.h"
#include "models/layers/rms_norm.h"
#include "models/layers/sequence_context.h"
#include "models/model_family.h"
#include "specs/families/olmoe.h"

namespace assay {

/// One layer: x + attention(norm(x)), then x + mixture(norm(x)). Queries and keys are normalised
/// over their whole projected width, then rotated.
class OlmoeLayerImpl : public torch::nn::Module {
 public:
  OlmoeLayerImpl(const OlmoeConfig& config, int64_t layer);

  /// x [B x T, D]; `hidden` of the result has the same shape.
  models::FeedForwardOutput forward(const at::Tensor& x, const models::SequenceContext& context,
                                    const kernels::RotaryAngles& angles);

 private:
  models::FeedForwardOutput transform(const at::Tensor& x, const models::SequenceContext& context,
                                      const kernels::RotaryAngles& angles);
  at::Tensor attend(const at::Tensor& x, const models::SequenceContext& context,
                    const kernels::RotaryAngles& angles);
  /// What attention gives for the joint projection `qkv` [B x T, (H + 2 G) d].
  at::Tensor attended(const at::Tensor& qkv, const models::SequenceContext& context,
                      const kernels::RotaryAngles& angles);

  OlmoeConfig config_;
  int64_t layer_;
  models::RmsNorm attention_norm_{nullptr};
  models::Linear qkv_{nullptr};
  models::RmsNorm q_norm_{nullptr};
  models::RmsNorm k_norm_{nullptr};
  models::Linear out_{nullptr};
  models::RmsNorm mixture_norm_{nullptr};
  models::Mixture mixture_{nullptr};
};
TORCH_MODULE(OlmoeLayer);

/// OLMoE (Muennighoff et al. 2024): a mixture of experts in every layer. The auxiliary loss is the
/// mean over layers of the weighted load-balancing and z-losses.
class OlmoeModel : public LanguageModel {
 public:
  /// Fresh weights: normal with init_std, norms 1.
  OlmoeModel(const OlmoeConfig& config, uint64_t seed);

  LmOutput forward(const Batch& batch) override;
  at::Tensor decode(const at::Tensor& tokens, DecodeState& state) override;
  [[nodiscard]] std::vector<int64_t> mixture_layers() const override;

 private:
  /// Hidden states after the last norm.
  at::Tensor hidden(const at::Tensor& tokens, const models::SequenceContext& context,
                    models::MixtureOutputs& mixtures);
  [[nodiscard]] const at::Tensor& head_weight() const;

  OlmoeConfig config_;
  models::Embedding embed_tokens_{nullptr};
  std::vector<OlmoeLayer> layers_;
  models::RmsNorm norm_{nullptr};
  models::Linear lm_head_{nullptr};  ///< empty where embeddings are tied
};

ModelFamily olmoe_model_family();

}  // namespace assay
