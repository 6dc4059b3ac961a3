#pragma once

#include <ATen/core/Tensor.h>

namespace assay::kernels {

/// rows[e] x weight[e]^T for each expert e: [M, out]. rows [M, in] sorted by expert, weight
/// [E, out, in], row_ends int32 [E]. On the CPU one product an expert, whose weight gradient is
/// written straight into its place (indexing a stacked weight under autograd would fill the whole
/// gradient with zeros for each expert). On CUDA `at::_grouped_mm`: bf16 on compute capability 9
/// or 10 never waits for the device; other dtypes and devices go through LibTorch's loop, which
/// reads row_ends back once a product. Where the paths in use are timed and may wait, whichever of
/// the two is faster for the shape.
at::Tensor grouped_linear(const at::Tensor& rows, const at::Tensor& weight,
                          const at::Tensor& row_ends);

/// weight [E, out, in], whose gradient is zero for experts without rows, whatever is handed back
/// for them. On compute capability 10 the backward pass of `at::_grouped_mm` leaves there what was
/// in memory (pytorch issue 172439, open at 2.11).
at::Tensor with_gradient_of_used_experts(const at::Tensor& weight, const at::Tensor& row_ends);

}  // namespace assay::kernels
