#pragma once

#include <ATen/core/Tensor.h>

namespace assay::kernels {

/// Cosine and sine of position x theta^(-2i/d), fp32 [..., d/2] for positions int64 [...].
struct RotaryAngles {
  at::Tensor cos;
  at::Tensor sin;
};

/// Source: Su et al. 2021, equation 15.
RotaryAngles rotary_angles(const at::Tensor& positions, int64_t head_dim, double theta);

/// Turns pairs (x[i], x[i + d/2]) of x [B, T, H, d] by the angles [B or 1, T, d/2]: the layout of
/// Hugging Face's `rotate_half`. Computed in fp32, returned in x's dtype.
at::Tensor rotate_half(const at::Tensor& x, const RotaryAngles& angles);

/// The same of pairs of neighbours (x[2i], x[2i+1]), as DeepSeek's checkpoints have them; they come
/// out as halves. Where queries and keys are both turned so, attention sees no difference.
at::Tensor rotate_neighbours(const at::Tensor& x, const RotaryAngles& angles);

}  // namespace assay::kernels
