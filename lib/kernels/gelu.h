#pragma once

#include <ATen/core/Tensor.h>

namespace assay::kernels {

/// GELU by its tanh form, of any shape, computed in fp32 and returned in x's dtype.
/// Source: Hendrycks & Gimpel 2016, section 2.
at::Tensor gelu_tanh(const at::Tensor& x);

}  // namespace assay::kernels
