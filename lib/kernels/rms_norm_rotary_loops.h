#pragma once

#include "kernels/bf16.h"
#include "kernels/head_rows.h"

/// RMS norm of heads and their rotation on the CPU, as row_loops.h.
namespace assay::kernels::rows {

/// y [rows, 2 x half] and rstd of rms_norm of the heads `begin` to `end`, y turned by rotate_half.
template <class T>
void rms_norm_rotate_half(const NormedHeads<T>& work, float eps, int64_t begin, int64_t end, T* y,
                          float* rstd);

/// Gradients of rms_norm_rotate_half: grad_x [rows, 2 x half]; grad_weight [2 x half] is added to.
template <class T>
void rms_norm_rotate_half_backward(const NormedHeads<T>& work, const HeadRows<T>& grad,
                                   const float* rstd, int64_t begin, int64_t end, T* grad_x,
                                   float* grad_weight);

}  // namespace assay::kernels::rows
