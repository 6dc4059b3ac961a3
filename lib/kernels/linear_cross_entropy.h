#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace assay::kernels {

/// How many rows of logits over a vocabulary are in memory at once: 64 Mi numbers, at least 256
/// rows, so that products stay large.
int64_t logit_rows_at_once(int64_t vocabulary);

/// cross_entropy_sum of hidden [N, D] x weight [V, D]^T (both fp32 or both bf16), fp32 []. The
/// logits are made, turned into their gradient and multiplied back for `rows_at_once` rows after
/// the other, so that never more of them are in memory; without a gradient they are only made. The
/// weight's gradient is added up in fp32. Both products of the backward pass are thereby made in
/// the forward pass; differentiating twice is not possible. targets int64 [N], negative ones do
/// not count; loss_weight fp32 [N] or undefined (all 1).
/// Source: Hsu et al. 2024, arXiv 2410.10989, section 3.2 (FusedLinearCrossEntropy).
at::Tensor linear_cross_entropy_sum(const at::Tensor& hidden, const at::Tensor& weight,
                                    const at::Tensor& targets, const at::Tensor& loss_weight,
                                    int64_t rows_at_once);

}  // namespace assay::kernels
