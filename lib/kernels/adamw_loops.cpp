#include "kernels/adamw_loops.h"

#include <algorithm>

#include "kernels/for_each_cpu.h"
#include "kernels/random_bits.h"

namespace assay::kernels::rows {
namespace {

template <class T>
[[gnu::always_inline]] inline double squares_of(const T* x, int64_t num) {
  double total = 0;
  constexpr int64_t kStretch = 4096;  // short enough for sums in fp32
  for (int64_t begin = 0; begin < num; begin += kStretch) {
    const int64_t end = std::min(num, begin + kStretch);
    float sum = 0;
#pragma omp simd reduction(+ : sum)
    for (int64_t i = begin; i < end; ++i) sum += widened(x[i]) * widened(x[i]);
    total += sum;
  }
  return total;
}

/// Weights, moments and, where kNarrow, bf16 weights of one pass over memory.
template <bool kNarrow, class G>
[[gnu::always_inline]] inline void adamw_rows(const AdamWStep& step, const G* grad, int64_t num,
                                              float* weight, float* exp_avg, float* exp_avg_sq,
                                              Bf16* narrow_weight) {
#pragma omp simd
  for (int64_t i = 0; i < num; ++i) {
    const float g = widened(grad[i]) * step.grad_factor;
    const float first = first_moment(step, exp_avg[i], g);
    const float second = second_moment(step, exp_avg_sq[i], g);
    const float updated = new_weight(step, weight[i], first, second);
    exp_avg[i] = first;
    exp_avg_sq[i] = second;
    weight[i] = updated;
    if constexpr (kNarrow) narrow_weight[i] = narrowed<Bf16>(updated);
  }
}

/// The same with states in bf16.
template <bool kNarrow, class G, class W, class M>
[[gnu::always_inline]] inline void adamw_rounded_rows(const AdamWStep& step,
                                                      const RoundingKey& rounding, const G* grad,
                                                      int64_t num, W* weight, M* exp_avg,
                                                      M* exp_avg_sq, Bf16* narrow_weight) {
  const uint32_t weight_key = rounding.key ^ kSecondDraw;
#pragma omp simd
  for (int64_t i = 0; i < num; ++i) {
    const uint32_t place = rounding.first + static_cast<uint32_t>(i);
    const uint32_t bits = random_bits(rounding.key, place);
    const float g = widened(grad[i]) * step.grad_factor;
    const float first = first_moment(step, widened(exp_avg[i]), g);
    const float second = second_moment(step, widened(exp_avg_sq[i]), g);
    const float updated = new_weight(step, widened(weight[i]), first, second);
    exp_avg[i] = rounded_at_random<M>(first, bits & 0xFFFFU);
    exp_avg_sq[i] = rounded_at_random<M>(second, bits >> 16);
    weight[i] = rounded_at_random<W>(updated, random_bits(weight_key, place) & 0xFFFFU);
    if constexpr (kNarrow) narrow_weight[i] = narrowed<Bf16>(updated);
  }
}

}  // namespace

#define ASSAY_ADAMW_LOOPS(T)                                                                      \
  template <>                                                                                     \
  ASSAY_FOR_EACH_CPU double sum_of_squares(const T* x, int64_t num) {                             \
    return squares_of(x, num);                                                                    \
  }                                                                                               \
  template <>                                                                                     \
  ASSAY_FOR_EACH_CPU void adamw(const AdamWStep& step, const T* grad, int64_t num, float* weight, \
                                float* exp_avg, float* exp_avg_sq, Bf16* narrow_weight) {         \
    if (narrow_weight == nullptr) {                                                               \
      adamw_rows<false>(step, grad, num, weight, exp_avg, exp_avg_sq, narrow_weight);             \
    } else {                                                                                      \
      adamw_rows<true>(step, grad, num, weight, exp_avg, exp_avg_sq, narrow_weight);              \
    }                                                                                             \
  }

ASSAY_ADAMW_LOOPS(float)
ASSAY_ADAMW_LOOPS(Bf16)

#define ASSAY_ADAMW_ROUNDED(T, W, M)                                                        \
  template <>                                                                               \
  ASSAY_FOR_EACH_CPU void adamw_rounded(const AdamWStep& step, const RoundingKey& rounding, \
                                        const T* grad, int64_t num, W* weight, M* exp_avg,  \
                                        M* exp_avg_sq, Bf16* narrow_weight) {               \
    if (narrow_weight == nullptr) {                                                         \
      adamw_rounded_rows<false>(step, rounding, grad, num, weight, exp_avg, exp_avg_sq,     \
                                narrow_weight);                                             \
    } else {                                                                                \
      adamw_rounded_rows<true>(step, rounding, grad, num, weight, exp_avg, exp_avg_sq,      \
                               narrow_weight);                                              \
    }                                                                                       \
  }

ASSAY_ADAMW_ROUNDED(float, float, Bf16)
ASSAY_ADAMW_ROUNDED(Bf16, float, Bf16)
ASSAY_ADAMW_ROUNDED(float, Bf16, float)
ASSAY_ADAMW_ROUNDED(Bf16, Bf16, float)
ASSAY_ADAMW_ROUNDED(float, Bf16, Bf16)
ASSAY_ADAMW_ROUNDED(Bf16, Bf16, Bf16)

}  // namespace assay::kernels::rows
