#pragma once

#include <cmath>
#include <cstdint>

#include "kernels/bf16.h"

/// RMS norm of rows, for loops that are compiled for several instruction sets (for_each_cpu.h):
/// what has it in line has its numbers bit by bit.
namespace assay::kernels::rows {

/// 1 / rms of a row.
template <class T>
[[gnu::always_inline]] inline float rstd_of_row(const T* x, float eps, int64_t width) {
  float squares = 0;
#pragma omp simd reduction(+ : squares)
  for (int64_t i = 0; i < width; ++i) squares += widened(x[i]) * widened(x[i]);
  return 1.0F / std::sqrt(squares / static_cast<float>(width) + eps);
}

/// A number of a row that was normed, as T has it.
template <class T>
[[gnu::always_inline]] inline T normed(T x, float scale, T weight) {
  return narrowed<T>(widened(narrowed<T>(widened(x) * scale)) * widened(weight));
}

/// rms_norm of row_loops.h.
template <class T>
[[gnu::always_inline]] inline void rms_norm_rows(const T* x, const T* weight, float eps,
                                                 int64_t num, int64_t width, T* y, float* rstd) {
  for (int64_t n = 0; n < num; ++n, x += width, y += width) {
    const float scale = rstd_of_row(x, eps, width);
    rstd[n] = scale;
#pragma omp simd
    for (int64_t i = 0; i < width; ++i) y[i] = normed(x[i], scale, weight[i]);
  }
}

/// rms_norm_backward of row_loops.h; grad_x may be grad.
template <class T>
[[gnu::always_inline]] inline void rms_norm_backward_rows(const T* grad, const T* x,
                                                          const T* weight, const float* rstd,
                                                          int64_t num, int64_t width, T* grad_x,
                                                          float* grad_weight) {
  for (int64_t n = 0; n < num; ++n, grad += width, x += width, grad_x += width) {
    const float scale = rstd[n];
    float inner = 0;
#pragma omp simd reduction(+ : inner)
    for (int64_t i = 0; i < width; ++i) {
      inner += widened(grad[i]) * widened(weight[i]) * widened(x[i]);
    }
    const float shrink = inner * scale * scale / static_cast<float>(width);
#pragma omp simd
    for (int64_t i = 0; i < width; ++i) {
      const float g = widened(grad[i]);
      const float value = widened(x[i]);
      grad_x[i] = narrowed<T>(scale * (g * widened(weight[i]) - value * shrink));
      grad_weight[i] += g * value * scale;
    }
  }
}

}  // namespace assay::kernels::rows
