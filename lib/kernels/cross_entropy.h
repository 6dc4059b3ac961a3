#pragma once

#include <ATen/core/Tensor.h>

namespace assay::kernels {

/// Sum over rows of weight[n] x (logsumexp(logits[n]) - logits[n, targets[n]]), in nats, fp32 [].
/// logits [N, V] fp32 or bf16; targets int64 [N], negative ones do not count; weight fp32 [N] or
/// undefined (all 1). Everything is computed in fp32; the gradient of the logits has their dtype.
at::Tensor cross_entropy_sum(const at::Tensor& logits, const at::Tensor& targets,
                             const at::Tensor& weight);

}  // namespace assay::kernels
