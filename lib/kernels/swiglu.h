#pragma once

#include <ATen/core/Tensor.h>

namespace assay::kernels {

/// silu(gate) x up, where gate_up [M, 2F] holds gate in the first F columns and up in the rest.
/// Returns [M, F] in the same dtype; computed in fp32. Source: Shazeer 2020, equation 6.
at::Tensor swiglu(const at::Tensor& gate_up);

}  // namespace assay::kernels
