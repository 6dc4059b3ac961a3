#pragma once

#include <cstdint>

#include "kernels/bf16.h"

/// The sums of experts' rows on the CPU, as row_loops.h.
namespace assay::kernels::rows {

/// out[n] = sum over j of weights[n, j] x source[index[n, j]] (weights null: all 1), added up in
/// sum [width]. index [num, k].
template <class T>
void weighted_sum(const T* source, const int64_t* index, const float* weights, int64_t num,
                  int64_t k, int64_t width, float* sum, T* out);

/// The gradients of weighted_sum: grad_source[index[n, j]] = weights[n, j] x grad[n] and
/// grad_weights[n, j] = source[index[n, j]] . grad[n]. No index may come twice.
template <class T>
void weighted_sum_backward(const T* grad, const T* source, const int64_t* index,
                           const float* weights, int64_t num, int64_t k, int64_t width,
                           T* grad_source, float* grad_weights);

}  // namespace assay::kernels::rows
