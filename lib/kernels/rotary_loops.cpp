#include "kernels/rotary_loops.h"

#include "kernels/for_each_cpu.h"
#include "kernels/rotary_loop.h"

namespace assay::kernels::rows {
namespace {

/// From pairs of neighbours to halves.
template <class T>
[[gnu::always_inline]] inline void rotate_neighbours_rows(const T* x, const float* cos,
                                                          const float* sin, int64_t num,
                                                          int64_t heads, int64_t half, T* y) {
  for (int64_t n = 0; n < num; ++n, cos += half, sin += half) {
    for (int64_t head = 0; head < heads; ++head, x += 2 * half, y += 2 * half) {
#pragma omp simd
      for (int64_t i = 0; i < half; ++i) {
        const float first = widened(x[2 * i]);
        const float second = widened(x[2 * i + 1]);
        y[i] = narrowed<T>(first * cos[i] - second * sin[i]);
        y[i + half] = narrowed<T>(second * cos[i] + first * sin[i]);
      }
    }
  }
}

/// Back from halves to pairs of neighbours.
template <class T>
[[gnu::always_inline]] inline void rotate_neighbours_back_rows(const T* x, const float* cos,
                                                               const float* sin, int64_t num,
                                                               int64_t heads, int64_t half, T* y) {
  for (int64_t n = 0; n < num; ++n, cos += half, sin += half) {
    for (int64_t head = 0; head < heads; ++head, x += 2 * half, y += 2 * half) {
#pragma omp simd
      for (int64_t i = 0; i < half; ++i) {
        const float s = -sin[i];
        const float first = widened(x[i]);
        const float second = widened(x[i + half]);
        y[2 * i] = narrowed<T>(first * cos[i] - second * s);
        y[2 * i + 1] = narrowed<T>(second * cos[i] + first * s);
      }
    }
  }
}

}  // namespace

#define ASSAY_ROTARY_LOOPS(T)                                                                      \
  template <>                                                                                      \
  ASSAY_FOR_EACH_CPU void rotate_half(const T* x, const float* cos, const float* sin,              \
                                      float direction, int64_t num, int64_t heads, int64_t half,   \
                                      T* y) {                                                      \
    rotate_half_rows(x, cos, sin, direction, num, heads, half, y);                                 \
  }                                                                                                \
  template <>                                                                                      \
  ASSAY_FOR_EACH_CPU void rotate_neighbours(const T* x, const float* cos, const float* sin,        \
                                            int64_t num, int64_t heads, int64_t half, T* y) {      \
    rotate_neighbours_rows(x, cos, sin, num, heads, half, y);                                      \
  }                                                                                                \
  template <>                                                                                      \
  ASSAY_FOR_EACH_CPU void rotate_neighbours_back(const T* x, const float* cos, const float* sin,   \
                                                 int64_t num, int64_t heads, int64_t half, T* y) { \
    rotate_neighbours_back_rows(x, cos, sin, num, heads, half, y);                                 \
  }

ASSAY_ROTARY_LOOPS(float)
ASSAY_ROTARY_LOOPS(Bf16)

}  // namespace assay::kernels::rows
