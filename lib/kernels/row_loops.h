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

/// Turns the pairs (x[i], x[i + half]) of `heads` heads of each row by that row's angles
/// [num, half]; `direction` -1 turns back. x, y [num, heads x 2 x half].
template <class T>
void rotate_half(const T* x, const float* cos, const float* sin, float direction, int64_t num,
                 int64_t heads, int64_t half, T* y);

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
