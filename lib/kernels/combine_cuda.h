#pragma once

#include <cuda_runtime_api.h>

#include <cstdint>

#include "kernels/bf16.h"

/// combine_row.h on a GPU, a block for each token or row, for T = float or rows::Bf16. Pointers are
/// the device's; the calls wait for nothing.
namespace assay::kernels::cuda {

/// As rows::weighted_sum.
template <class T>
void weighted_sum(const T* source, const int64_t* index, const float* weights, int64_t num,
                  int64_t k, int64_t width, T* out, cudaStream_t stream);

/// As rows::weighted_sum_backward.
template <class T>
void weighted_sum_backward(const T* grad, const T* source, const int64_t* index,
                           const float* weights, int64_t num, int64_t k, int64_t width,
                           T* grad_source, float* grad_weights, cudaStream_t stream);

/// to[n] = from[index[n]], zeros where the index is negative.
template <class T>
void copy_rows(const T* from, const int64_t* index, int64_t num, int64_t width, T* to,
               cudaStream_t stream);

}  // namespace assay::kernels::cuda
