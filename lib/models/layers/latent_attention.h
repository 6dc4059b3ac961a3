#pragma once

#include <optional>

#include "models/layers/attention_layer.h"
#include "models/layers/linear.h"
#include "models/layers/rms_norm.h"

namespace assay::models {

/// Sizes of multi-head latent attention.
struct LatentShape {
  int64_t d_model = 0;
  int64_t num_heads = 0;
  std::optional<int64_t> q_lora_rank;  ///< absent: queries come straight from the stream
  int64_t kv_lora_rank = 0;
  int64_t d_nope = 0;
  int64_t d_rope = 0;
  int64_t d_v = 0;
  double norm_eps = 1e-6;
  double temperature = 1;  ///< yarn's, whose square is a factor of the scores

  [[nodiscard]] int64_t d_qk() const { return d_nope + d_rope; }
};

/// Multi-head latent attention as training computes it: keys and values are projected up from
/// their latent, not absorbed. The rotary features of weights lie in pairs next to each other, as
/// DeepSeek stores them; they are put into halves before they are turned, which leaves scores as
/// they are. Source: DeepSeek-V2, arXiv 2405.04434, section 2.1.2 and appendix C; the scale:
/// deepseek-ai/DeepSeek-V3 `inference/model.py`.
class LatentAttentionImpl : public AttentionLayer {
 public:
  LatentAttentionImpl(const LatentShape& shape, int64_t layer);

  at::Tensor forward(const at::Tensor& x, const SequenceContext& context,
                     const kernels::RotaryAngles& angles) override;

 private:
  at::Tensor queries(const at::Tensor& x, const SequenceContext& context,
                     const kernels::RotaryAngles& angles);

  LatentShape shape_;
  int64_t layer_;
  Linear q_{nullptr};  ///< without a queries' latent
  Linear q_a_{nullptr};
  RmsNorm q_a_norm_{nullptr};
  Linear q_b_{nullptr};
  Linear kv_a_{nullptr};
  RmsNorm kv_a_norm_{nullptr};
  Linear kv_b_{nullptr};
  Linear out_{nullptr};
};
TORCH_MODULE(LatentAttention);

}  // namespace assay::models
