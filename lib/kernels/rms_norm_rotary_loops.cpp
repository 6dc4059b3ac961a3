#include "kernels/rms_norm_rotary_loops.h"

#include "kernels/for_each_cpu.h"
#include "kernels/rms_norm_loop.h"
#include "kernels/rotary_loop.h"

namespace assay::kernels::rows {
namespace {

// A head that was just written is turned where it lies, in the nearest cache; every number is
// rounded as between the two kernels.

template <class T>
[[gnu::always_inline]] inline void norm_and_turn(const NormedHeads<T>& work, float eps,
                                                 int64_t begin, int64_t end, T* y, float* rstd) {
  const HeadShape shape = work.shape;
  const int64_t width = 2 * shape.half;
  HeadPlace place = shape.place_of(begin);
  for (int64_t n = begin; n < end; ++n, shape.advance(place)) {
    const int64_t angle = shape.first_angle(place);
    T* head = y + n * width;
    rms_norm_rows(work.x.at(place), work.weight, eps, 1, width, head, rstd + n);
    rotate_half_rows(head, work.cos + angle, work.sin + angle, 1.0F, 1, 1, shape.half, head);
  }
}

template <class T>
[[gnu::always_inline]] inline void norm_and_turn_backward(const NormedHeads<T>& work,
                                                          const HeadRows<T>& grad,
                                                          const float* rstd, int64_t begin,
                                                          int64_t end, T* grad_x,
                                                          float* grad_weight) {
  const HeadShape shape = work.shape;
  const int64_t width = 2 * shape.half;
  HeadPlace place = shape.place_of(begin);
  for (int64_t n = begin; n < end; ++n, shape.advance(place)) {
    const int64_t angle = shape.first_angle(place);
    T* head = grad_x + n * width;
    rotate_half_rows(grad.at(place), work.cos + angle, work.sin + angle, -1.0F, 1, 1, shape.half,
                     head);
    rms_norm_backward_rows(head, work.x.at(place), work.weight, rstd + n, 1, width, head,
                           grad_weight);
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
