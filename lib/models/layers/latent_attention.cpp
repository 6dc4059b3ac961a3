#include "models/layers/latent_attention.h"

#include <ATen/ATen.h>

#include <cmath>

#include "models/layers/attention.h"
#include "models/layers/recomputed_parts.h"

// Shapes: B sequences, T positions, H heads, r rotary features, n features without positions, v
// features of a value, c width of the latent of keys and values, N = B x T tokens, X features of
// all heads.
namespace assay::models {

LatentAttentionImpl::LatentAttentionImpl(const LatentShape& shape, int64_t layer)
    : shape_(shape), layer_(layer) {
  const int64_t d = shape.d_model;
  const int64_t q_width = shape.num_heads * shape.d_qk();
  if (shape.q_lora_rank) {
    q_a_ = register_module("q_a", Linear(d, *shape.q_lora_rank, false));
    q_a_norm_ = register_module("q_a_norm", RmsNorm(*shape.q_lora_rank, shape.norm_eps));
    q_b_ = register_module("q_b", Linear(*shape.q_lora_rank, q_width, false));
  } else {
    q_ = register_module("q", Linear(d, q_width, false));
  }
  kv_a_ = register_module("kv_a", Linear(d, shape.kv_lora_rank + shape.d_rope, false));
  kv_a_norm_ = register_module("kv_a_norm", RmsNorm(shape.kv_lora_rank, shape.norm_eps));
  kv_b_ = register_module(
      "kv_b", Linear(shape.kv_lora_rank, shape.num_heads * (shape.d_nope + shape.d_v), false));
  out_ = register_module("out", Linear(shape.num_heads * shape.d_v, d, false));
}

at::Tensor LatentAttentionImpl::projected_queries(const at::Tensor& x) {
  return shape_.q_lora_rank ? q_b_(q_a_norm_(q_a_(x))) : q_(x);
}

at::Tensor LatentAttentionImpl::turned_queries(const at::Tensor& projected,
                                               const SequenceContext& context,
                                               const kernels::RotaryAngles& angles) const {
  const at::Tensor q_BTHd = projected.view({context.batch, context.seq_len, -1, shape_.d_qk()});
  const auto parts = q_BTHd.split_with_sizes({shape_.d_nope, shape_.d_rope}, -1);
  return at::cat({parts[0], kernels::rotate_neighbours(parts[1], angles)}, -1);
}

std::pair<at::Tensor, at::Tensor> LatentAttentionImpl::latents(
    const at::Tensor& x, const SequenceContext& context, const kernels::RotaryAngles& angles) {
  const auto parts = kv_a_(x).split_with_sizes({shape_.kv_lora_rank, shape_.d_rope}, -1);
  const auto one_head = [&](const at::Tensor& part) {
    return part.reshape({context.batch, context.seq_len, 1, -1});
  };
  return {one_head(kv_a_norm_(parts[0].contiguous())),
          kernels::rotate_neighbours(one_head(parts[1]), angles)};
}

double LatentAttentionImpl::scale() const {
  return shape_.temperature * shape_.temperature / std::sqrt(static_cast<double>(shape_.d_qk()));
}

at::Tensor LatentAttentionImpl::expanded(const at::Tensor& queries, const at::Tensor& latent,
                                         const at::Tensor& rotary_key,
                                         const SequenceContext& context,
                                         const kernels::RotaryAngles& angles) {
  const auto core = [this, context, angles](const std::vector<at::Tensor>& projected) {
    const at::Tensor kv_BTHd =
        projected[1].view({context.batch, context.seq_len, shape_.num_heads, -1});
    const auto parts = kv_BTHd.split_with_sizes({shape_.d_nope, shape_.d_v}, -1);
    const at::Tensor rotary_BTHr = projected[2].expand({-1, -1, shape_.num_heads, -1});
    return attention({.queries = turned_queries(projected[0], context, angles),
                      .keys = at::cat({parts[0], rotary_BTHr}, -1),
                      .values = parts[1],
                      .scale = scale()},
                     context, layer_);
  };
  return run_attention_core(context, core, {queries, kv_b_(latent.flatten(0, 2)), rotary_key});
}

at::Tensor LatentAttentionImpl::absorbed(const at::Tensor& queries, const at::Tensor& rows,
                                         const SequenceContext& context) {
  const at::Tensor up_Hdc =
      kv_b_->weight.view({shape_.num_heads, shape_.d_nope + shape_.d_v, shape_.kv_lora_rank});
  const at::Tensor key_up_Hnc = up_Hdc.narrow(1, 0, shape_.d_nope);
  const at::Tensor value_up_Hcv = up_Hdc.narrow(1, shape_.d_nope, shape_.d_v).transpose(1, 2);
  const auto parts = queries.split_with_sizes({shape_.d_nope, shape_.d_rope}, -1);
  const at::Tensor inner_HNn = parts[0].flatten(0, 1).transpose(0, 1);
  const at::Tensor inner_BTHc = at::bmm(inner_HNn, key_up_Hnc)
                                    .transpose(0, 1)
                                    .view({context.batch, context.seq_len, shape_.num_heads, -1});
  // One head of keys for all queries. It is the values as well; what they have more is cut off.
  const at::Tensor mixed_N =
      attention({.queries = at::cat({inner_BTHc, parts[1]}, -1), .keys = rows, .scale = scale()},
                context, layer_);
  const at::Tensor latent_HNc = mixed_N.view({mixed_N.size(0), shape_.num_heads, -1})
                                    .narrow(-1, 0, shape_.kv_lora_rank)
                                    .transpose(0, 1);
  return at::bmm(latent_HNc, value_up_Hcv).transpose(0, 1).flatten(1);
}

at::Tensor LatentAttentionImpl::forward(const at::Tensor& x, const SequenceContext& context,
                                        const kernels::RotaryAngles& angles) {
  const auto [latent_BT1c, key_BT1r] = latents(x, context, angles);
  const at::Tensor q_NX = projected_queries(x);
  if (context.state == nullptr) {
    return out_(expanded(q_NX, latent_BT1c, key_BT1r, context, angles));
  }
  const at::Tensor rows_BT1d = at::cat({latent_BT1c, key_BT1r}, -1);
  if (context.state->num_tokens > 0 || context.seq_len == 1) {
    return out_(absorbed(turned_queries(q_NX, context, angles), rows_BT1d, context));
  }
  // A prompt alone: projecting up costs less than products with the wider latents.
  context.state->append(layer_, rows_BT1d.transpose(1, 2), {});
  SequenceContext alone = context;
  alone.state = nullptr;
  return out_(expanded(q_NX, latent_BT1c, key_BT1r, alone, angles));
}

}  // namespace assay::models
