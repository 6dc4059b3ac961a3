#include "kernels/pair_loops.h"

#include "kernels/for_each_cpu.h"

namespace assay::kernels::rows {

ASSAY_FOR_EACH_CPU
void interleave_rows(const Bf16* x, int64_t stride, int64_t num, int64_t width, Bf16* pairs) {
  for (int64_t k = 0; k < num; k += 2, x += 2 * stride, pairs += 2 * width) {
    const Bf16* below = x + stride;
#pragma omp simd
    for (int64_t i = 0; i < width; ++i) {
      pairs[2 * i] = x[i];
      pairs[2 * i + 1] = below[i];
    }
  }
}

ASSAY_FOR_EACH_CPU
void narrow_rows(const float* x, int64_t num, int64_t width, Bf16* y, int64_t stride) {
  for (int64_t n = 0; n < num; ++n, x += width, y += stride) {
#pragma omp simd
    for (int64_t i = 0; i < width; ++i) y[i] = narrowed<Bf16>(x[i]);
  }
}

}  // namespace assay::kernels::rows
