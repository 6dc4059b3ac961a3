#pragma once

#include <optional>

#include "models/layers/attention_layer.h"
#include "models/layers/linear.h"
#include "models/layers/rms_norm.h"

namespace assay::models {

/// What RMSNorm of queries and keys is taken over before they are turned.
enum class QkNorm { kNone, kHead, kWidth };

/// Sizes and parts of grouped-query attention.
struct GroupedQueryShape {
  int64_t d_model = 0;
  int64_t num_heads = 0;
  int64_t num_kv_heads = 0;
  int64_t d_head = 0;
  int64_t d_rotary = 0;  ///< first features of a head that are turned
  bool qkv_bias = false;
  bool out_bias = false;
  QkNorm qk_norm = QkNorm::kNone;
  double norm_eps = 1e-6;
  std::optional<int64_t> window;  ///< keys that a query sees; all where absent
  bool sinks = false;             ///< a learned logit a head that takes a share of the softmax
};

/// Rotary attention with heads of keys and values that queries share; q, k and v are one weight.
/// Source: Ainslie et al. 2023; per-head norm: Qwen3; full-width norm: OLMoE, OLMo 2; sinks:
/// openai/gpt-oss `model.py`.
class GroupedQueryAttentionImpl : public AttentionLayer {
 public:
  GroupedQueryAttentionImpl(const GroupedQueryShape& shape, int64_t layer);

  at::Tensor forward(const at::Tensor& x, const SequenceContext& context,
                     const kernels::RotaryAngles& angles) override;

 private:
  /// What attention gives for the joint projection `qkv` [B x T, (H + 2 G) d].
  at::Tensor attended(const at::Tensor& qkv, const SequenceContext& context,
                      const kernels::RotaryAngles& angles);
  at::Tensor turned(const at::Tensor& heads, const kernels::RotaryAngles& angles) const;

  GroupedQueryShape shape_;
  int64_t layer_;
  Linear qkv_{nullptr};
  Linear out_{nullptr};
  RmsNorm q_norm_{nullptr};
  RmsNorm k_norm_{nullptr};
  at::Tensor sinks_;  ///< [H]
};
TORCH_MODULE(GroupedQueryAttention);

}  // namespace assay::models
