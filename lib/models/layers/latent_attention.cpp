#include "models/layers/latent_attention.h"

#include <ATen/ATen.h>

#include <cmath>

#include "models/layers/attention.h"

// Shapes: B sequences, T positions, H heads, r rotary features, n features without positions, v
// features of a value, c width of the latent of keys and values.
namespace assay::models {
namespace {

/// Turns rotary features that lie in pairs next to each other.
at::Tensor turned(const at::Tensor& x_BTHr, const kernels::RotaryAngles& angles) {
  const at::Tensor halves_BTHr =
      x_BTHr.unflatten(-1, {x_BTHr.size(-1) / 2, 2}).transpose(-1, -2).flatten(-2);
  return kernels::rotate_half(halves_BTHr.contiguous(), angles);
}

}  // namespace

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

at::Tensor LatentAttentionImpl::queries(const at::Tensor& x, const SequenceContext& context,
                                        const kernels::RotaryAngles& angles) {
  const at::Tensor flat = shape_.q_lora_rank ? q_b_(q_a_norm_(q_a_(x))) : q_(x);
  const at::Tensor q_BTHd = flat.view({context.batch, context.seq_len, -1, shape_.d_qk()});
  const auto parts = q_BTHd.split_with_sizes({shape_.d_nope, shape_.d_rope}, -1);
  return at::cat({parts[0], turned(parts[1], angles)}, -1);
}

at::Tensor LatentAttentionImpl::forward(const at::Tensor& x, const SequenceContext& context,
                                        const kernels::RotaryAngles& angles) {
  const auto latent = kv_a_(x).split_with_sizes({shape_.kv_lora_rank, shape_.d_rope}, -1);
  const at::Tensor key_BT1r = latent[1].reshape({context.batch, context.seq_len, 1, -1});
  const at::Tensor kv_BTHd = kv_b_(kv_a_norm_(latent[0].contiguous()))
                                 .view({context.batch, context.seq_len, shape_.num_heads, -1});
  const auto parts = kv_BTHd.split_with_sizes({shape_.d_nope, shape_.d_v}, -1);
  const at::Tensor rotary_BTHr = turned(key_BT1r, angles).expand({-1, -1, shape_.num_heads, -1});
  const double scale =
      shape_.temperature * shape_.temperature / std::sqrt(static_cast<double>(shape_.d_qk()));
  return out_(attention({.queries = queries(x, context, angles),
                         .keys = at::cat({parts[0], rotary_BTHr}, -1),
                         .values = parts[1],
                         .scale = scale},
                        context, layer_));
}

}  // namespace assay::models
