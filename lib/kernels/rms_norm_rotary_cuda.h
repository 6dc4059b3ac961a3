#pragma once

#include <cuda_runtime_api.h>

#include "kernels/bf16.h"
#include "kernels/head_rows.h"

/// rms_norm_rotate_row on a GPU, eight threads for each head, for T = float or rows::Bf16. Pointers
/// are the device's; the calls wait for nothing.
namespace assay::kernels::cuda {

/// Widest head of which shares of the weight's gradient are in a block's shared memory.
inline constexpr int64_t kMostNormedHead = 3072;

/// y [num, 2 x half] and rstd of `num` heads.
template <class T>
void rms_norm_rotate(const rows::NormedHeads<T>& work, float eps, int64_t num, T* y, float* rstd,
                     cudaStream_t stream);

/// How many rows of partial sums of the weight's gradient rms_norm_rotate_backward leaves.
int64_t num_head_norm_shares(int64_t num, int64_t half);

/// grad_x [num, 2 x half], and the weight's gradient as partial sums [num_head_norm_shares,
/// 2 x half] of which each is of fixed heads in a fixed order.
template <class T>
void rms_norm_rotate_backward(const rows::NormedHeads<T>& work, const rows::HeadRows<T>& grad,
                              const float* rstd, int64_t num, T* grad_x, float* grad_weight_shares,
                              cudaStream_t stream);

}  // namespace assay::kernels::cuda
