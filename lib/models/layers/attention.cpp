#include "models/layers/attention.h"

#include <ATen/ATen.h>

#include <cmath>
#include <limits>

#include "kernels/product.h"
#include "kernels/scaled_attention.h"

// Shapes: B sequences, T new positions, S all positions, H heads, d features of a head.
namespace assay::models {
namespace {

/// LibTorch's CPU kernel for bf16 is slower than the one for fp32 below about this many keys.
constexpr int64_t kShortContext = 128;

/// What a query may look at: bool [B or 1, 1, T, S]; undefined where the causal rule says it all.
at::Tensor mask_of(const SequenceContext& context, const std::optional<int64_t>& window,
                   const at::Tensor& k_BHSd, bool explicit_causal) {
  const int64_t num_keys = k_BHSd.size(2);
  if (!window && !(explicit_causal && context.causal)) return context.mask;
  const at::Tensor places_S = at::arange(num_keys, k_BHSd.options().dtype(at::kLong));
  const at::Tensor distance_TS =
      places_S.slice(0, num_keys - context.seq_len).unsqueeze(1) - places_S.unsqueeze(0);
  at::Tensor mask = distance_TS.ge(0);
  if (window) mask = mask.logical_and(distance_TS.lt(*window));
  mask = mask.unsqueeze(0).unsqueeze(0);
  return context.mask.defined() ? mask.logical_and(context.mask) : mask;
}

/// Attention in which a head's sink takes part in the softmax without a value. The heads of q may
/// be those of the keys with the queries that share one as its rows.
at::Tensor attention_with_sinks(const at::Tensor& q_BHTd, const at::Tensor& k_BHSd,
                                const at::Tensor& v_BHSd, const at::Tensor& mask,
                                const AttentionInputs& inputs) {
  const double scale = inputs.scale.value_or(1.0 / std::sqrt(static_cast<double>(q_BHTd.size(3))));
  const at::Tensor keys = kernels::repeat_heads(k_BHSd, q_BHTd.size(1));
  const at::Tensor values = kernels::repeat_heads(v_BHSd, q_BHTd.size(1));
  at::Tensor scores_BHTS = kernels::matmul(q_BHTd, keys.transpose(-2, -1)).to(at::kFloat) * scale;
  if (mask.defined()) {
    scores_BHTS =
        scores_BHTS.masked_fill(mask.logical_not(), -std::numeric_limits<float>::infinity());
  }
  const at::Tensor sink_BHT1 = inputs.sinks.to(at::kFloat)
                                   .view({1, q_BHTd.size(1), -1, 1})
                                   .expand({q_BHTd.size(0), q_BHTd.size(1), q_BHTd.size(2), 1});
  const at::Tensor shares = at::cat({scores_BHTS, sink_BHT1}, -1).softmax(-1);
  return kernels::matmul(shares.slice(-1, 0, -1).to(values.scalar_type()), values);
}

/// One query a head sees the last `window` keys: the others are left out, so that no mask is
/// needed.
void cut_to_window(int64_t window, at::Tensor& k_BHSd, at::Tensor& v_BHSd, at::Tensor& mask) {
  const int64_t num_keys = k_BHSd.size(2);
  if (num_keys <= window) return;
  k_BHSd = k_BHSd.narrow(2, num_keys - window, window);
  v_BHSd = v_BHSd.narrow(2, num_keys - window, window);
  if (mask.defined()) mask = mask.narrow(-1, num_keys - window, window);
}

/// The same for a step whose place the device knows: its keys cannot be cut, so they are masked.
at::Tensor within_window(int64_t window, const DecodePlace& place, const at::Tensor& mask) {
  const at::Tensor keys_S = at::arange(mask.size(-1), place.column.options());
  return mask.logical_and(keys_S.gt(place.column - window));
}

}  // namespace

at::Tensor attention(const AttentionInputs& inputs, const SequenceContext& context, int64_t layer) {
  at::Tensor q_BHTd = inputs.queries.transpose(1, 2);
  at::Tensor k_BHSd = inputs.keys.transpose(1, 2);
  at::Tensor v_BHSd = inputs.values.defined() ? inputs.values.transpose(1, 2) : at::Tensor();
  if (context.state != nullptr) {
    std::tie(k_BHSd, v_BHSd) = context.state->append(layer, k_BHSd, v_BHSd);
  }
  if (!v_BHSd.defined()) v_BHSd = k_BHSd;
  const at::ScalarType dtype = q_BHTd.scalar_type();
  const bool one_query = context.seq_len == 1;
  at::Tensor mask;
  if (one_query) {
    mask = context.mask;
    const bool has_place = context.state != nullptr && context.state->place.has_value();
    if (inputs.window && has_place) {
      mask = within_window(*inputs.window, *context.state->place, mask);
    } else if (inputs.window) {
      cut_to_window(*inputs.window, k_BHSd, v_BHSd, mask);
    }
  } else {
    mask = mask_of(context, inputs.window, k_BHSd, inputs.sinks.defined());
  }
  if (q_BHTd.is_cpu() && k_BHSd.size(2) <= kShortContext) {
    q_BHTd = q_BHTd.to(at::kFloat);
    k_BHSd = k_BHSd.to(at::kFloat);
    v_BHSd = v_BHSd.to(at::kFloat);
  }
  const int64_t num_heads = q_BHTd.size(1);
  if (one_query) {  // the queries that share a key head are the rows of one product with it
    q_BHTd = q_BHTd.reshape({context.batch, k_BHSd.size(1), -1, q_BHTd.size(3)});
  }
  at::Tensor out_BHTd;
  if (inputs.sinks.defined()) {
    out_BHTd = attention_with_sinks(q_BHTd, k_BHSd, v_BHSd, mask, inputs);
  } else {
    out_BHTd = kernels::scaled_attention({.queries = q_BHTd,
                                          .keys = k_BHSd,
                                          .values = v_BHSd,
                                          .mask = mask,
                                          .causal = context.causal && !one_query && !mask.defined(),
                                          .scale = inputs.scale,
                                          .training = context.training});
  }
  const int64_t width = num_heads * out_BHTd.size(3);
  if (one_query) return out_BHTd.reshape({context.batch, width}).to(dtype);
  return out_BHTd.transpose(1, 2).reshape({context.batch * context.seq_len, width}).to(dtype);
}

}  // namespace assay::models
