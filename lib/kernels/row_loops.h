#pragma once

#include <cstdint>

/// The inner loops of the CPU kernels on fp32 rows, one thread's share each; compiled for several
/// instruction sets, of which the processor's best is taken at run time. No LibTorch in here. All
/// arrays are row-major without gaps, and outputs do not overlap inputs.
namespace assay::kernels::rows {

/// y = x x rstd x weight, rstd[n] = 1 / sqrt(mean(x[n]^2) + eps). x, y [num, width].
void rms_norm(const float* x, const float* weight, float eps, int64_t num, int64_t width, float* y,
              float* rstd);

/// Gradients of rms_norm; grad_weight [width] is added to.
void rms_norm_backward(const float* grad, const float* x, const float* weight, const float* rstd,
                       int64_t num, int64_t width, float* grad_x, float* grad_weight);

/// out = silu(gate) x up; gate_up [num, 2 x width], out [num, width].
void swiglu(const float* gate_up, int64_t num, int64_t width, float* out);

/// Gradient of swiglu: grad [num, width], grad_gate_up [num, 2 x width].
void swiglu_backward(const float* gate_up, const float* grad, int64_t num, int64_t width,
                     float* grad_gate_up);

/// Turns the pairs (x[i], x[i + half]) of `heads` heads of each row by that row's angles
/// [num, half]; `direction` -1 turns back. x, y [num, heads x 2 x half].
void rotate_half(const float* x, const float* cos, const float* sin, float direction, int64_t num,
                 int64_t heads, int64_t half, float* y);

/// What cross_entropy found in its rows.
struct CrossEntropy {
  double loss = 0;        ///< nats
  double logits_sum = 0;  ///< not finite where one of the logits is not
};

/// The sum of scale[n] x (logsumexp(logits[n]) - logits[n, target[n]]), and its gradient by the
/// logits where `grad` is not null. Rows with scale 0 do not count, whatever their target. The loss
/// means nothing where a logit is not finite: the caller looks at logits_sum.
CrossEntropy cross_entropy(const float* logits, const int64_t* targets, const float* scale,
                           int64_t num, int64_t width, float* grad);

/// out[n] = sum over j of weights[n, j] x source[index[n, j]] (weights null: all 1). index [num,
/// k].
void weighted_sum(const float* source, const int64_t* index, const float* weights, int64_t num,
                  int64_t k, int64_t width, float* out);

/// The gradients of weighted_sum: grad_source[index[n, j]] = weights[n, j] x grad[n] and
/// grad_weights[n, j] = source[index[n, j]] . grad[n]. No index may come twice.
void weighted_sum_backward(const float* grad, const float* source, const int64_t* index,
                           const float* weights, int64_t num, int64_t k, int64_t width,
                           float* grad_source, float* grad_weights);

}  // namespace assay::kernels::rows
