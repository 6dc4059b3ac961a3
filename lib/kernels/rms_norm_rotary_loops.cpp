#include "kernels/rms_norm_rotary_loops.h"

#include <algorithm>

#include "kernels/for_each_cpu.h"
#include "kernels/rms_norm_loop.h"
#include "kernels/rotary_loop.h"

namespace assay::kernels::rows {
namespace {

// Every number is rounded as between the two kernels.

template <class T>
[[gnu::always_inline]] inline void norm_and_turn(const NormedHeads<T>& work, float eps,
                                                 int64_t begin, int64_t end, T* y, float* rstd) {
  const HeadShape shape = work.shape;
  const HeadRows<T> rows = work.x;
  const T* weight = work.weight;
  const int64_t half = shape.half;
  HeadPlace place = shape.place_of(begin);
  y += begin * 2 * half;
  for (int64_t n = begin; n < end; ++n, shape.advance(place), y += 2 * half) {
    const T* x = rows.at(place);
    const float* cos = work.cos + shape.first_angle(place);
    const float* sin = work.sin + shape.first_angle(place);
    const float scale = rstd_of_row(x, eps, 2 * half);
    rstd[n] = scale;
#pragma omp simd
    for (int64_t i = 0; i < half; ++i) {
      const float first = widened(normed(x[i], scale, weight[i]));
      const float second = widened(normed(x[i + half], scale, weight[i + half]));
      y[i] = narrowed<T>(first * cos[i] - second * sin[i]);
      y[i + half] = narrowed<T>(second * cos[i] + first * sin[i]);
    }
  }
}

template <class T>
[[gnu::always_inline]] inline void norm_and_turn_backward(const NormedHeads<T>& work,
                                                          const HeadRows<T>& grad,
                                                          const float* rstd, int64_t begin,
                                                          int64_t end, T* grad_x,
                                                          float* grad_weight) {
  const HeadShape shape = work.shape;
  const int64_t half = shape.half;
  HeadPlace place = shape.place_of(begin);
  grad_x += begin * 2 * half;
  for (int64_t n = begin; n < end;) {
    const int64_t heads = std::min(shape.heads - place.head, end - n);  // of this position
    const int64_t angle = shape.first_angle(place);
    rotate_half_rows(grad.at(place), work.cos + angle, work.sin + angle, -1.0F, 1, heads, half,
                     grad_x);
    rms_norm_backward_rows(grad_x, work.x.at(place), work.weight, rstd + n, heads, 2 * half, grad_x,
                           grad_weight);
    n += heads;
    grad_x += heads * 2 * half;
    place = shape.place_of(n);
  }
}

}  // namespace

#define ASSAY_RMS_NORM_ROTARY_LOOPS(T)                                                          \
  template <>                                                                                   \
  ASSAY_FOR_EACH_CPU void rms_norm_rotate_half(const NormedHeads<T>& work, float eps,           \
                                               int64_t begin, int64_t end, T* y, float* rstd) { \
    norm_and_turn(work, eps, begin, end, y, rstd);                                              \
  }                                                                                             \
  template <>                                                                                   \
  ASSAY_FOR_EACH_CPU void rms_norm_rotate_half_backward(                                        \
      const NormedHeads<T>& work, const HeadRows<T>& grad, const float* rstd, int64_t begin,    \
      int64_t end, T* grad_x, float* grad_weight) {                                             \
    norm_and_turn_backward(work, grad, rstd, begin, end, grad_x, grad_weight);                  \
  }

ASSAY_RMS_NORM_ROTARY_LOOPS(float)
ASSAY_RMS_NORM_ROTARY_LOOPS(Bf16)

}  // namespace assay::kernels::rows
