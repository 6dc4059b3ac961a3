#include "kernels/adamw_8bit_loops.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "kernels/dynamic_code.h"
#include "kernels/for_each_cpu.h"
#include "kernels/random_bits.h"

namespace assay::kernels::rows {
namespace {

/// The moments of one block in fp32.
struct WideBlock {
  alignas(64) std::array<float, kCodeBlock> first;
  alignas(64) std::array<float, kCodeBlock> second;
};

/// Widens a block's moments, updates them, and returns their largest magnitudes as the new scales.
template <class G>
[[gnu::always_inline]] inline void update_moments(const AdamWStep& step, const G* grad, int64_t num,
                                                  const CodedStretch& at, WideBlock& wide) {
  const float first_scale = *at.exp_avg_scales;
  const float second_scale = *at.exp_avg_sq_scales;
  float first_most = 0;
  float second_most = 0;
#pragma omp simd reduction(max : first_most, second_most)
  for (int64_t i = 0; i < num; ++i) {
    const float g = widened(grad[i]) * step.grad_factor;
    const float first =
        step.beta1 * (kFirstMomentValues[at.exp_avg[i]] * first_scale) + (1.0F - step.beta1) * g;
    const float second = step.beta2 * (kSecondMomentSteps.values[at.exp_avg_sq[i]] * second_scale) +
                         (1.0F - step.beta2) * g * g;
    wide.first[static_cast<size_t>(i)] = first;
    wide.second[static_cast<size_t>(i)] = second;
    first_most = std::max(first_most, std::abs(first));
    second_most = std::max(second_most, second);
  }
  *at.exp_avg_scales = first_most;
  *at.exp_avg_sq_scales = second_most;
}

template <bool kNarrow, class W>
[[gnu::always_inline]] inline void update_weights(const AdamWStep& step, uint32_t key,
                                                  uint32_t place, int64_t num,
                                                  const WideBlock& wide, W* weight,
                                                  Bf16* narrow_weight) {
#pragma omp simd
  for (int64_t i = 0; i < num; ++i) {
    const auto at = static_cast<size_t>(i);
    const float updated = widened(weight[i]) * step.keep -
                          step.rate * wide.first[at] /
                              (std::sqrt(wide.second[at]) * step.second_factor + step.epsilon);
    const uint32_t bits = random_bits(key, place + static_cast<uint32_t>(i));
    weight[i] = rounded_at_random<W>(updated, bits & 0xFFFFU);
    if constexpr (kNarrow) narrow_weight[i] = narrowed<Bf16>(updated);
  }
}

[[gnu::always_inline]] inline void code_moments(int64_t num, const WideBlock& wide,
                                                const CodedStretch& at) {
  // Dividing, not multiplying by an inverse, makes the largest one exactly 1.
  const float first_scale = *at.exp_avg_scales > 0 ? *at.exp_avg_scales : 1.0F;
  const float second_scale = *at.exp_avg_sq_scales > 0 ? *at.exp_avg_sq_scales : 1.0F;
  for (int64_t i = 0; i < num; ++i) {
    const auto k = static_cast<size_t>(i);
    at.exp_avg[i] = first_moment_code(wide.first[k] / first_scale);
    at.exp_avg_sq[i] = second_moment_code(wide.second[k] / second_scale);
  }
}

template <bool kNarrow, class G, class W>
[[gnu::always_inline]] inline void adamw_8bit_rows(const AdamWStep& step,
                                                   const RoundingKey& rounding, const G* grad,
                                                   int64_t num, W* weight,
                                                   const CodedStretch& moments,
                                                   Bf16* narrow_weight) {
  WideBlock wide;
  for (int64_t begin = 0; begin < num; begin += kCodeBlock) {
    const int64_t count = std::min(kCodeBlock, num - begin);
    const int64_t block = begin / kCodeBlock;
    const CodedStretch at{moments.exp_avg + begin, moments.exp_avg_scales + block,
                          moments.exp_avg_sq + begin, moments.exp_avg_sq_scales + block};
    update_moments(step, grad + begin, count, at, wide);
    update_weights<kNarrow>(step, rounding.key ^ kSecondDraw,
                            rounding.first + static_cast<uint32_t>(begin), count, wide,
                            weight + begin, kNarrow ? narrow_weight + begin : nullptr);
    code_moments(count, wide, at);
  }
}

}  // namespace

#define ASSAY_ADAMW_8BIT(T, W)                                                           \
  template <>                                                                            \
  ASSAY_FOR_EACH_CPU void adamw_8bit(const AdamWStep& step, const RoundingKey& rounding, \
                                     const T* grad, int64_t num, W* weight,              \
                                     const CodedStretch& moments, Bf16* narrow_weight) { \
    if (narrow_weight == nullptr) {                                                      \
      adamw_8bit_rows<false>(step, rounding, grad, num, weight, moments, narrow_weight); \
    } else {                                                                             \
      adamw_8bit_rows<true>(step, rounding, grad, num, weight, moments, narrow_weight);  \
    }                                                                                    \
  }

ASSAY_ADAMW_8BIT(float, float)
ASSAY_ADAMW_8BIT(Bf16, float)
ASSAY_ADAMW_8BIT(float, Bf16)
ASSAY_ADAMW_8BIT(Bf16, Bf16)

}  // namespace assay::kernels::rows
