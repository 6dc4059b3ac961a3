#pragma once

#include <ATen/core/Tensor.h>

namespace assay::kernels {

/// Whether the caller reads the logits again.
enum class LogitsUse { kKeep, kOverwrite };

/// Sum over rows of weight[n] x (logsumexp(logits[n]) - logits[n, targets[n]]), in nats, fp32 [].
/// logits [N, V] fp32 or bf16; targets int64 [N], negative ones do not count; weight fp32 [N] or
/// undefined (all 1). Everything is computed in fp32; the gradient of the logits has their dtype.
/// With kOverwrite the rows' loops and kernels write it over the logits, which nothing may read
/// afterwards, so that a large vocabulary needs their memory once; a second backward pass or a
/// second derivative is then not possible.
at::Tensor cross_entropy_sum(const at::Tensor& logits, const at::Tensor& targets,
                             const at::Tensor& weight, LogitsUse use = LogitsUse::kKeep);

/// What a row's loss is multiplied with: 0 where its target is negative. fp32 [N].
at::Tensor row_scale(const at::Tensor& targets, const at::Tensor& weight);

/// A loss and its gradient by the logits; the gradient is undefined where none was asked for.
struct LossAndGradient {
  at::Tensor loss;             ///< [], fp32; fp64 for fp64 logits
  at::Tensor logits_gradient;  ///< [N, V], the logits' dtype
};

/// Both at once, outside autograd. The logits mean nothing afterwards: the rows' loops and kernels
/// write the gradient over them. scale [N] of row_scale.
LossAndGradient cross_entropy_and_gradient(const at::Tensor& logits, const at::Tensor& targets,
                                           const at::Tensor& scale, bool with_gradient);

}  // namespace assay::kernels
