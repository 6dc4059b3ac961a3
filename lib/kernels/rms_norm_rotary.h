#pragma once

#include <ATen/core/Tensor.h>

#include "kernels/rotary.h"

namespace assay::kernels {

/// rotate_half(rms_norm(x, weight, eps), angles) of each head of x [B, T, H, d], weight [d], in one
/// pass, forward and backward; on a CPU with every bit of the two. Positions whose heads follow
/// each other, as in a joint projection, are read where they lie, and x is kept so. Pairs are
/// halves: no model norms heads whose pairs are neighbours.
/// Source: Qwen3, Yang et al. 2025, section 2.
at::Tensor rms_norm_rotate_half(const at::Tensor& x, const at::Tensor& weight, double eps,
                                const RotaryAngles& angles);

}  // namespace assay::kernels
