#pragma once

#include <ATen/core/Tensor.h>

namespace assay::kernels {

/// What numbers of x's dtype are computed in: fp32, and fp64 for fp64, in which gradients are held
/// against difference quotients.
inline at::ScalarType wide_dtype(const at::Tensor& x) {
  return x.scalar_type() == at::kDouble ? at::kDouble : at::kFloat;
}

}  // namespace assay::kernels
