#include "models/layers/attention.h"

#include <ATen/ATen.h>

// Shapes: B sequences, T new positions, S all positions, H heads, d features of a head.
namespace assay::models {
namespace {

/// LibTorch's CPU kernel for bf16 is slower than the one for fp32 below about this many keys.
constexpr int64_t kShortContext = 128;

void append(std::vector<at::Tensor>& cache, int64_t layer, at::Tensor& fresh_BHTd) {
  const auto index = static_cast<size_t>(layer);
  if (cache.size() <= index) cache.resize(index + 1);
  if (cache[index].defined()) fresh_BHTd = at::cat({cache[index], fresh_BHTd}, 2);
  cache[index] = fresh_BHTd;
}

at::Tensor repeat_heads(const at::Tensor& x_BHSd, int64_t num_heads) {
  if (x_BHSd.size(1) == num_heads) return x_BHSd;
  return x_BHSd.repeat_interleave(num_heads / x_BHSd.size(1), 1);
}

}  // namespace

at::Tensor attention(const AttentionInputs& inputs, const SequenceContext& context, int64_t layer) {
  at::Tensor q_BHTd = inputs.queries.transpose(1, 2);
  at::Tensor k_BHSd = inputs.keys.transpose(1, 2);
  at::Tensor v_BHSd = inputs.values.transpose(1, 2);
  if (context.state != nullptr) {
    append(context.state->keys, layer, k_BHSd);
    append(context.state->values, layer, v_BHSd);
  }
  const at::ScalarType dtype = q_BHTd.scalar_type();
  if (q_BHTd.is_cpu() && k_BHSd.size(2) <= kShortContext) {
    q_BHTd = q_BHTd.to(at::kFloat);
    k_BHSd = k_BHSd.to(at::kFloat);
    v_BHSd = v_BHSd.to(at::kFloat);
  }
  const int64_t num_heads = q_BHTd.size(1);
  std::optional<at::Tensor> mask;
  if (context.mask.defined()) mask = context.mask;
  const at::Tensor out_BHTd = at::scaled_dot_product_attention(
      q_BHTd, repeat_heads(k_BHSd, num_heads), repeat_heads(v_BHSd, num_heads), mask,
      /*dropout_p=*/0.0, context.causal);
  return out_BHTd.transpose(1, 2)
      .reshape({context.batch * context.seq_len, num_heads * out_BHTd.size(3)})
      .to(dtype);
}

}  // namespace assay::models
