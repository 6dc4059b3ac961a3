#include "kernels/row_loops.h"

#include <algorithm>
#include <bit>
#include <cmath>

// One copy of each function for AVX-512, AVX2 with FMA and the x86-64 baseline. The loops carry
// `omp simd`, which lets sums be taken in vector lanes; CMakeLists.txt has the flags without which
// loops with a choice are not vectorised. With these flags a comparison with NaN may go either way;
// the only ones are in fast_exp and in the largest logit.
#define ASSAY_FOR_EACH_CPU \
  __attribute__((target_clones("arch=skylake-avx512", "arch=haswell", "default")))

namespace assay::kernels::rows {
namespace {

/// e^x to 2e-7 relative: range reduction by ln 2 in two parts and Cephes' polynomial (expf.c).
/// Constant below -87.3 (1.2e-38, the smallest normal number) and above 88.3 (2.2e38).
[[gnu::always_inline]] inline float fast_exp(float x) {
  constexpr float kRound = 12582912.0F;  // 1.5 x 2^23: adding it rounds to an integer
  const float raised = x < -87.3F ? -87.3F : x;
  const float bounded = raised > 88.3F ? 88.3F : raised;
  const float power = bounded * 1.44269504F + kRound - kRound;
  const float rest = bounded - power * 0.693359375F + power * 2.12194440e-4F;
  float sum = 1.9875691500e-4F;
  sum = sum * rest + 1.3981999507e-3F;
  sum = sum * rest + 8.3334519073e-3F;
  sum = sum * rest + 4.1665795894e-2F;
  sum = sum * rest + 1.6666665459e-1F;
  sum = sum * rest + 5.0000001201e-1F;
  sum = sum * rest * rest + rest + 1.0F;
  const float scale = std::bit_cast<float>((static_cast<int32_t>(power) + 127) << 23);
  return sum * scale;
}

[[gnu::always_inline]] inline float sigmoid(float x) { return 1.0F / (1.0F + fast_exp(-x)); }

}  // namespace

ASSAY_FOR_EACH_CPU
void rms_norm(const float* x, const float* weight, float eps, int64_t num, int64_t width, float* y,
              float* rstd) {
  for (int64_t n = 0; n < num; ++n, x += width, y += width) {
    float squares = 0;
#pragma omp simd reduction(+ : squares)
    for (int64_t i = 0; i < width; ++i) squares += x[i] * x[i];
    const float scale = 1.0F / std::sqrt(squares / static_cast<float>(width) + eps);
    rstd[n] = scale;
#pragma omp simd
    for (int64_t i = 0; i < width; ++i) y[i] = x[i] * scale * weight[i];
  }
}

ASSAY_FOR_EACH_CPU
void rms_norm_backward(const float* grad, const float* x, const float* weight, const float* rstd,
                       int64_t num, int64_t width, float* grad_x, float* grad_weight) {
  for (int64_t n = 0; n < num; ++n, grad += width, x += width, grad_x += width) {
    const float scale = rstd[n];
    float inner = 0;
#pragma omp simd reduction(+ : inner)
    for (int64_t i = 0; i < width; ++i) inner += grad[i] * weight[i] * x[i];
    const float shrink = inner * scale * scale / static_cast<float>(width);
#pragma omp simd
    for (int64_t i = 0; i < width; ++i) {
      grad_x[i] = scale * (grad[i] * weight[i] - x[i] * shrink);
      grad_weight[i] += grad[i] * x[i] * scale;
    }
  }
}

ASSAY_FOR_EACH_CPU
void swiglu(const float* gate_up, int64_t num, int64_t width, float* out) {
  for (int64_t n = 0; n < num; ++n, gate_up += 2 * width, out += width) {
    const float* up = gate_up + width;
#pragma omp simd
    for (int64_t i = 0; i < width; ++i) out[i] = gate_up[i] * sigmoid(gate_up[i]) * up[i];
  }
}

ASSAY_FOR_EACH_CPU
void swiglu_backward(const float* gate_up, const float* grad, int64_t num, int64_t width,
                     float* grad_gate_up) {
  for (int64_t n = 0; n < num;
       ++n, gate_up += 2 * width, grad += width, grad_gate_up += 2 * width) {
    const float* up = gate_up + width;
    float* grad_up = grad_gate_up + width;
#pragma omp simd
    for (int64_t i = 0; i < width; ++i) {
      const float gate = gate_up[i];
      const float half = sigmoid(gate);
      const float silu = gate * half;
      grad_gate_up[i] = grad[i] * up[i] * (half + silu * (1.0F - half));
      grad_up[i] = grad[i] * silu;
    }
  }
}

ASSAY_FOR_EACH_CPU
void rotate_half(const float* x, const float* cos, const float* sin, float direction, int64_t num,
                 int64_t heads, int64_t half, float* y) {
  for (int64_t n = 0; n < num; ++n, cos += half, sin += half) {
    for (int64_t head = 0; head < heads; ++head, x += 2 * half, y += 2 * half) {
#pragma omp simd
      for (int64_t i = 0; i < half; ++i) {
        const float s = direction * sin[i];
        const float first = x[i];
        const float second = x[i + half];
        y[i] = first * cos[i] - second * s;
        y[i + half] = second * cos[i] + first * s;
      }
    }
  }
}

ASSAY_FOR_EACH_CPU
CrossEntropy cross_entropy(const float* logits, const int64_t* targets, const float* scale,
                           int64_t num, int64_t width, float* grad) {
  CrossEntropy result;
  for (int64_t n = 0; n < num; ++n, logits += width) {
    float largest = logits[0];
    float sum = 0;
#pragma omp simd reduction(max : largest) reduction(+ : sum)
    for (int64_t i = 0; i < width; ++i) {
      largest = std::max(largest, logits[i]);
      sum += logits[i];
    }
    result.logits_sum += sum;
    float total = 0;
#pragma omp simd reduction(+ : total)
    for (int64_t i = 0; i < width; ++i) total += fast_exp(logits[i] - largest);
    const bool counts = scale[n] != 0;
    if (counts) result.loss += scale[n] * (largest + std::log(total) - logits[targets[n]]);
    if (grad == nullptr) continue;
    const float factor = scale[n] / total;
#pragma omp simd
    for (int64_t i = 0; i < width; ++i) grad[i] = factor * fast_exp(logits[i] - largest);
    if (counts) grad[targets[n]] -= scale[n];
    grad += width;
  }
  return result;
}

ASSAY_FOR_EACH_CPU
void weighted_sum(const float* source, const int64_t* index, const float* weights, int64_t num,
                  int64_t k, int64_t width, float* out) {
  for (int64_t n = 0; n < num; ++n, out += width) {
    for (int64_t j = 0; j < k; ++j) {
      const float* row = source + index[n * k + j] * width;
      const float factor = weights == nullptr ? 1.0F : weights[n * k + j];
      if (j == 0) {
#pragma omp simd
        for (int64_t i = 0; i < width; ++i) out[i] = factor * row[i];
      } else {
#pragma omp simd
        for (int64_t i = 0; i < width; ++i) out[i] += factor * row[i];
      }
    }
  }
}

ASSAY_FOR_EACH_CPU
void weighted_sum_backward(const float* grad, const float* source, const int64_t* index,
                           const float* weights, int64_t num, int64_t k, int64_t width,
                           float* grad_source, float* grad_weights) {
  for (int64_t n = 0; n < num; ++n, grad += width) {
    for (int64_t j = 0; j < k; ++j) {
      const float* row = source + index[n * k + j] * width;
      float* grad_row = grad_source + index[n * k + j] * width;
      const float factor = weights[n * k + j];
      float inner = 0;
#pragma omp simd reduction(+ : inner)
      for (int64_t i = 0; i < width; ++i) {
        inner += row[i] * grad[i];
        grad_row[i] = factor * grad[i];
      }
      grad_weights[n * k + j] = inner;
    }
  }
}

}  // namespace assay::kernels::rows
