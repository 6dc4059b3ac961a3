#include "kernels/combine_loops.h"

#include "kernels/for_each_cpu.h"

namespace assay::kernels::rows {
namespace {

template <class T>
[[gnu::always_inline]] inline void weighted_sum_rows(const T* source, const int64_t* index,
                                                     const float* weights, int64_t num, int64_t k,
                                                     int64_t width, float* sum, T* out) {
  for (int64_t n = 0; n < num; ++n, out += width) {
    for (int64_t j = 0; j < k; ++j) {
      const T* row = source + index[n * k + j] * width;
      const float factor = weights == nullptr ? 1.0F : weights[n * k + j];
      if (j == 0) {
#pragma omp simd
        for (int64_t i = 0; i < width; ++i) sum[i] = factor * widened(row[i]);
      } else {
#pragma omp simd
        for (int64_t i = 0; i < width; ++i) sum[i] += factor * widened(row[i]);
      }
    }
#pragma omp simd
    for (int64_t i = 0; i < width; ++i) out[i] = narrowed<T>(sum[i]);
  }
}

template <class T>
[[gnu::always_inline]] inline void weighted_sum_backward_rows(const T* grad, const T* source,
                                                              const int64_t* index,
                                                              const float* weights, int64_t num,
                                                              int64_t k, int64_t width,
                                                              T* grad_source, float* grad_weights) {
  for (int64_t n = 0; n < num; ++n, grad += width) {
    for (int64_t j = 0; j < k; ++j) {
      const T* row = source + index[n * k + j] * width;
      T* grad_row = grad_source + index[n * k + j] * width;
      const float factor = weights[n * k + j];
      float inner = 0;
#pragma omp simd reduction(+ : inner)
      for (int64_t i = 0; i < width; ++i) {
        const float g = widened(grad[i]);
        inner += widened(row[i]) * g;
        grad_row[i] = narrowed<T>(factor * g);
      }
      grad_weights[n * k + j] = inner;
    }
  }
}

}  // namespace

#define ASSAY_COMBINE_LOOPS(T)                                                                 \
  template <>                                                                                  \
  ASSAY_FOR_EACH_CPU void weighted_sum(const T* source, const int64_t* index,                  \
                                       const float* weights, int64_t num, int64_t k,           \
                                       int64_t width, float* sum, T* out) {                    \
    weighted_sum_rows(source, index, weights, num, k, width, sum, out);                        \
  }                                                                                            \
  template <>                                                                                  \
  ASSAY_FOR_EACH_CPU void weighted_sum_backward(                                               \
      const T* grad, const T* source, const int64_t* index, const float* weights, int64_t num, \
      int64_t k, int64_t width, T* grad_source, float* grad_weights) {                         \
    weighted_sum_backward_rows(grad, source, index, weights, num, k, width, grad_source,       \
                               grad_weights);                                                  \
  }

ASSAY_COMBINE_LOOPS(float)
ASSAY_COMBINE_LOOPS(Bf16)

}  // namespace assay::kernels::rows
