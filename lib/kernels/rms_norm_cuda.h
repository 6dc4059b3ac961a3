#pragma once

#include <cuda_runtime_api.h>

#include <cstdint>

#include "kernels/bf16.h"

/// rms_norm_row on a GPU, a block for each row, for T = float or rows::Bf16. Pointers are the
/// device's; the calls wait for nothing.
namespace assay::kernels::cuda {

/// Most features of which a block's share of the weight's gradient is in shared memory: 160 KiB of
/// the 163 that a block may have on compute capability 8.0.
inline constexpr int64_t kMostNormWidth = 40960;

/// Rows [num, width] of T and what belongs to them.
template <class T>
struct NormRows {
  const T* x;
  const T* weight;  ///< [width]
  int64_t num;
  int64_t width;
};

/// y and rstd [num] of rows; where `added` is not null, of x + added, which goes to `sum`.
template <class T>
void rms_norm(const NormRows<T>& work, const T* added, float eps, T* sum, T* y, float* rstd,
              cudaStream_t stream);

/// How many rows of partial sums of the weight's gradient rms_norm_backward leaves.
int64_t num_norm_shares(int64_t num);

/// grad_x, and the weight's gradient as partial sums [num_norm_shares, width] of which each is of
/// fixed rows in a fixed order. grad_sum may be null: see rms_norm_backward_row.
template <class T>
void rms_norm_backward(const NormRows<T>& work, const T* grad, const T* grad_sum, const float* rstd,
                       T* grad_x, float* grad_weight_shares, cudaStream_t stream);

}  // namespace assay::kernels::cuda
