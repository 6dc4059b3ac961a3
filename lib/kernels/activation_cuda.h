#pragma once

#include <cuda_runtime_api.h>

#include <cstdint>

#include "kernels/bf16.h"

/// activation_row.h on a GPU, for T = float or rows::Bf16. Pointers are the device's; the calls
/// wait for nothing.
namespace assay::kernels::cuda {

/// As rows::swiglu, a block for each row.
template <class T>
void swiglu(const T* gate_up, int64_t num, int64_t width, T* out, cudaStream_t stream);

/// As rows::swiglu_backward.
template <class T>
void swiglu_backward(const T* gate_up, const T* grad, int64_t num, int64_t width, T* grad_gate_up,
                     cudaStream_t stream);

/// As rows::gelu_tanh.
template <class T>
void gelu_tanh(const T* x, int64_t num, T* out, cudaStream_t stream);

/// As rows::gelu_tanh_backward.
template <class T>
void gelu_tanh_backward(const T* x, const T* grad, int64_t num, T* grad_x, cudaStream_t stream);

}  // namespace assay::kernels::cuda
