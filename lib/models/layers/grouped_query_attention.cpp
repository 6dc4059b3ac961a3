#include "models/layers/grouped_query_attention.h"

#include <ATen/ATen.h>

#include "kernels/rms_norm_rotary.h"
#include "models/layers/attention.h"
#include "models/layers/fresh_weight.h"
#include "models/layers/recomputed_parts.h"

// Shapes: B sequences, T positions, H query heads, G heads of keys and values, d features of a
// head.
namespace assay::models {

GroupedQueryAttentionImpl::GroupedQueryAttentionImpl(const GroupedQueryShape& shape, int64_t layer)
    : shape_(shape), layer_(layer) {
  const int64_t q_width = shape.num_heads * shape.d_head;
  const int64_t kv_width = shape.num_kv_heads * shape.d_head;
  qkv_ = register_module("qkv", Linear(shape.d_model, q_width + 2 * kv_width, shape.qkv_bias));
  out_ = register_module("out", Linear(q_width, shape.d_model, shape.out_bias));
  if (shape.qk_norm != QkNorm::kNone) {
    const bool whole = shape.qk_norm == QkNorm::kWidth;
    q_norm_ = register_module("q_norm", RmsNorm(whole ? q_width : shape.d_head, shape.norm_eps));
    k_norm_ = register_module("k_norm", RmsNorm(whole ? kv_width : shape.d_head, shape.norm_eps));
  }
  if (shape.sinks) sinks_ = register_parameter("sinks", fresh_weight({shape.num_heads}, 0));
}

at::Tensor GroupedQueryAttentionImpl::turned(const at::Tensor& heads,
                                             const kernels::RotaryAngles& angles) const {
  if (shape_.d_rotary == shape_.d_head) return kernels::rotate_half(heads, angles);
  const auto parts = heads.split_with_sizes({shape_.d_rotary, shape_.d_head - shape_.d_rotary}, -1);
  return at::cat({kernels::rotate_half(parts[0].contiguous(), angles), parts[1]}, -1);
}

at::Tensor GroupedQueryAttentionImpl::forward(const at::Tensor& x, const SequenceContext& context,
                                              const kernels::RotaryAngles& angles) {
  const auto core = [this, context, angles](const std::vector<at::Tensor>& projected) {
    return attended(projected[0], context, angles);
  };
  return out_(run_attention_core(context, core, {qkv_(x)}));
}

at::Tensor GroupedQueryAttentionImpl::attended(const at::Tensor& qkv,
                                               const SequenceContext& context,
                                               const kernels::RotaryAngles& angles) {
  const int64_t q_width = shape_.num_heads * shape_.d_head;
  const int64_t kv_width = shape_.num_kv_heads * shape_.d_head;
  const auto parts = qkv.split_with_sizes({q_width, kv_width, kv_width}, -1);
  const auto heads = [&](const at::Tensor& part) {
    return part.reshape({context.batch, context.seq_len, -1, shape_.d_head});
  };
  at::Tensor q_BTHd = parts[0];
  at::Tensor k_BTGd = parts[1];
  if (shape_.qk_norm == QkNorm::kWidth) {
    q_BTHd = q_norm_(q_BTHd);
    k_BTGd = k_norm_(k_BTGd);
  }
  q_BTHd = heads(q_BTHd);
  k_BTGd = heads(k_BTGd);
  const auto placed = [&](const at::Tensor& part, const RmsNorm& norm) {
    if (shape_.qk_norm != QkNorm::kHead) return turned(part, angles);
    if (shape_.d_rotary != shape_.d_head) return turned(norm->forward(part), angles);
    return kernels::rms_norm_rotate_half(part, norm->weight, shape_.norm_eps, angles);
  };
  return attention({.queries = placed(q_BTHd, q_norm_),
                    .keys = placed(k_BTGd, k_norm_),
                    .values = heads(parts[2]),
                    .window = shape_.window,
                    .sinks = sinks_},
                   context, layer_);
}

}  // namespace assay::models
