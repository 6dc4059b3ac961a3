#pragma once

#include <optional>
#include <utility>

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

/// Multi-head latent attention. Training projects keys and values up from their latent. Decoding
/// keeps that latent and the rotary key, kv_lora_rank + d_rope numbers a token whatever the number
/// of heads, and absorbs the two projections into queries and output: q . (W_UK c) = (W_UK^T q) . c
/// and W_UV (sum of p c) = sum of p (W_UV c). The rotary features of weights lie in pairs next to
/// each other, as DeepSeek stores them; they are put into halves before they are turned, which
/// leaves scores as they are. Source: DeepSeek-V2, arXiv 2405.04434, sections 2.1.2 (absorption)
/// and 2.1.3, and appendix C; the scale: deepseek-ai/DeepSeek-V3 `inference/model.py`.
class LatentAttentionImpl : public AttentionLayer {
 public:
  LatentAttentionImpl(const LatentShape& shape, int64_t layer);

  at::Tensor forward(const at::Tensor& x, const SequenceContext& context,
                     const kernels::RotaryAngles& angles) override;

 private:
  /// The latent [B, T, 1, c] of keys and values and the turned rotary key [B, T, 1, r].
  std::pair<at::Tensor, at::Tensor> latents(const at::Tensor& x, const SequenceContext& context,
                                            const kernels::RotaryAngles& angles);
  /// Attention over keys and values projected up from these latents. `queries` as projected.
  at::Tensor expanded(const at::Tensor& queries, const at::Tensor& latent,
                      const at::Tensor& rotary_key, const SequenceContext& context,
                      const kernels::RotaryAngles& angles);
  /// Attention over the latents that the context's state holds, without projecting them up.
  at::Tensor absorbed(const at::Tensor& queries, const at::Tensor& rows,
                      const SequenceContext& context);
  [[nodiscard]] double scale() const;
  /// The queries [B x T, H d] before they are turned.
  at::Tensor projected_queries(const at::Tensor& x);
  /// And after: [B, T, H, d].
  [[nodiscard]] at::Tensor turned_queries(const at::Tensor& projected,
                                          const SequenceContext& context,
                                          const kernels::RotaryAngles& angles) const;

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
