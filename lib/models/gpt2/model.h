#pragma once

#include "models/language_model.h"
#include "models/layers/embedding.h"
#include "models/layers/layer_norm.h"
#include "models/layers/linear.h"
#include "models/layers/sequence_context.h"
#include "models/model_family.h"
#include "specs/families/gpt2.h"

namespace assay {

/// One block: x + attention(ln_1(x)), then x + mlp(ln_2(x)). GPT-2's names of its parts.
class Gpt2BlockImpl : public torch::nn::Module {
 public:
  Gpt2BlockImpl(const Gpt2Config& config, int64_t layer);

  /// x [B x T, D], same shape out.
  at::Tensor forward(const at::Tensor& x, const models::SequenceContext& context);

 private:
  at::Tensor attend(const at::Tensor& x, const models::SequenceContext& context);
  at::Tensor transform(const at::Tensor& x, const models::SequenceContext& context);

  int64_t layer_;
  int64_t num_heads_;
  models::LayerNorm ln_1_{nullptr};
  models::Linear c_attn_{nullptr};
  models::Linear c_proj_{nullptr};
  models::LayerNorm ln_2_{nullptr};
  models::Linear mlp_c_fc_{nullptr};
  models::Linear mlp_c_proj_{nullptr};
};
TORCH_MODULE(Gpt2Block);

/// GPT-2 (Radford et al. 2019): learned positions, LayerNorm before each sublayer, GELU (tanh
/// form), head tied to the token embedding; no dropout. `bias` false is nanoGPT's variant.
class Gpt2Model : public LanguageModel {
 public:
  /// Fresh weights: normal with init_std; those that write to the residual stream with init_std /
  /// sqrt(2 x num_layers); biases 0. Source: Radford et al. 2019, section 2.3.
  Gpt2Model(const Gpt2Config& config, uint64_t seed);

  LmOutput forward(const Batch& batch) override;
  at::Tensor decode(const at::Tensor& tokens, DecodeState& state) override;

 private:
  at::Tensor hidden(const at::Tensor& tokens, const models::SequenceContext& context);

  Gpt2Config config_;
  models::Embedding wte_{nullptr};
  models::Embedding wpe_{nullptr};
  std::vector<Gpt2Block> blocks_;
  models::LayerNorm ln_f_{nullptr};
};

ModelFamily gpt2_model_family();

}  // namespace assay
