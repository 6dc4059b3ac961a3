#pragma once

#include <cstdint>

#include "kernels/bf16.h"

/// Rotation of halves, in line as rms_norm_loop.h.
namespace assay::kernels::rows {

/// rotate_half of rotary_loops.h; y may be x.
template <class T>
[[gnu::always_inline]] inline void rotate_half_rows(const T* x, const float* cos, const float* sin,
                                                    float direction, int64_t num, int64_t heads,
                                                    int64_t half, T* y) {
  for (int64_t n = 0; n < num; ++n, cos += half, sin += half) {
    for (int64_t head = 0; head < heads; ++head, x += 2 * half, y += 2 * half) {
#pragma omp simd
      for (int64_t i = 0; i < half; ++i) {
        const float s = direction * sin[i];
        const float first = widened(x[i]);
        const float second = widened(x[i + half]);
        y[i] = narrowed<T>(first * cos[i] - second * s);
        y[i + half] = narrowed<T>(second * cos[i] + first * s);
      }
    }
  }
}

}  // namespace assay::kernels::rows
