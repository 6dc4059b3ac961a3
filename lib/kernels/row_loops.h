#pragma once

#include <cstdint>

#include "kernels/bf16.h"

/// The inner loops of the CPU kernels on rows of T = float or Bf16 (computed in fp32), one thread's
/// share each; compiled for several instruction sets, of which the processor's best is taken at run
/// time. No LibTorch in here. All arrays are row-major without gaps, and outputs do not overlap
/// inputs where nothing else is said.
namespace assay::kernels::rows {

/// Which copy of the loops runs here: "x86-64-v4" (AVX-512), "x86-64-v3" (AVX2, FMA) or "x86-64".
const char* instruction_set();

/// y = cast(x x rstd) x weight, rstd[n] = 1 / sqrt(mean(x[n]^2) + eps). x, y [num, width].
template <class T>
void rms_norm(const T* x, const T* weight, float eps, int64_t num, int64_t width, T* y,
              float* rstd);

/// Gradients of rms_norm; grad_weight [width] is added to.
template <class T>
void rms_norm_backward(const T* grad, const T* x, const T* weight, const float* rstd, int64_t num,
                       int64_t width, T* grad_x, float* grad_weight);

/// sum = x + added, rounded as T is; y and rstd of rms_norm of the sum.
template <class T>
void add_rms_norm(const T* x, const T* added, const T* weight, float eps, int64_t num,
                  int64_t width, T* sum, T* y, float* rstd);

/// rms_norm_backward at the sum; grad_sum, a gradient that reaches the sum on another way, is added
/// to the rounded grad_x.
template <class T>
void add_rms_norm_backward(const T* grad, const T* grad_sum, const T* sum, const T* weight,
                           const float* rstd, int64_t num, int64_t width, T* grad_x,
                           float* grad_weight);

/// out = silu(gate) x up; gate_up [num, 2 x width], out [num, width].
template <class T>
void swiglu(const T* gate_up, int64_t num, int64_t width, T* out);

/// Gradient of swiglu: grad [num, width], grad_gate_up [num, 2 x width].
template <class T>
void swiglu_backward(const T* gate_up, const T* grad, int64_t num, int64_t width, T* grad_gate_up);

/// out = GELU of x by its tanh form, x sigmoid(2 u) with u = sqrt(2/pi) (x + 0.044715 x^3).
/// Source: Hendrycks & Gimpel 2016, section 2.
template <class T>
void gelu_tanh(const T* x, int64_t num, T* out);

/// Gradient of gelu_tanh.
template <class T>
void gelu_tanh_backward(const T* x, const T* grad, int64_t num, T* grad_x);

/// What cross_entropy found in its rows.
struct CrossEntropy {
  double loss = 0;        ///< nats
  double logits_sum = 0;  ///< not finite where one of the logits is not
};

/// The sum of scale[n] x (logsumexp(logits[n]) - logits[n, target[n]]), and its gradient by the
/// logits where `grad` is not null; `grad` may be the logits, which are then overwritten. Rows with
/// scale 0 do not count, whatever their target. The loss means nothing where a logit is not finite:
/// the caller looks at logits_sum.
template <class T>
CrossEntropy cross_entropy(const T* logits, const int64_t* targets, const float* scale, int64_t num,
                           int64_t width, T* grad);

}  // namespace assay::kernels::rows
