#pragma once

#include <ATen/core/Tensor.h>

namespace assay::kernels {

/// x / sqrt(mean(x^2) + eps) x weight over the last dimension, normalised in fp32 and cast to x's
/// dtype before the product with the weight. x [..., D], weight [D].
/// Source: Zhang & Sennrich 2019, equation 4; the order of cast and product is Hugging Face's.
at::Tensor rms_norm(const at::Tensor& x, const at::Tensor& weight, double eps);

/// A residual addition and the RMS norm of its result.
struct NormedSum {
  at::Tensor sum;     ///< x + added, in their dtype
  at::Tensor normed;  ///< rms_norm(sum)
};

/// rms_norm(x + added) in one pass, forward and backward; the numbers are those of the addition and
/// of rms_norm by itself.
NormedSum add_rms_norm(const at::Tensor& x, const at::Tensor& added, const at::Tensor& weight,
                       double eps);

}  // namespace assay::kernels
