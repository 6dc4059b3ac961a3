#include "kernels/row_loops.h"

#include <algorithm>
#include <cmath>

#include "kernels/fast_exp.h"
#include "kernels/for_each_cpu.h"
#include "kernels/rms_norm_loop.h"

namespace assay::kernels::rows {
namespace {

// T is float or Bf16; sums are of widened numbers, results are narrowed once.

template <class T>
[[gnu::always_inline]] inline void add_rms_norm_rows(const T* x, const T* added, const T* weight,
                                                     float eps, int64_t num, int64_t width, T* sum,
                                                     T* y, float* rstd) {
  for (int64_t n = 0; n < num; ++n, x += width, added += width, sum += width, y += width) {
#pragma omp simd
    for (int64_t i = 0; i < width; ++i) sum[i] = narrowed<T>(widened(x[i]) + widened(added[i]));
    rms_norm_rows(sum, weight, eps, 1, width, y, rstd + n);
  }
}

template <class T>
[[gnu::always_inline]] inline void add_rms_norm_backward_rows(const T* grad, const T* grad_sum,
                                                              const T* sum, const T* weight,
                                                              const float* rstd, int64_t num,
                                                              int64_t width, T* grad_x,
                                                              float* grad_weight) {
  for (int64_t n = 0; n < num;
       ++n, grad += width, grad_sum += width, sum += width, grad_x += width) {
    rms_norm_backward_rows(grad, sum, weight, rstd + n, 1, width, grad_x, grad_weight);
#pragma omp simd
    for (int64_t i = 0; i < width; ++i) {
      grad_x[i] = narrowed<T>(widened(grad_x[i]) + widened(grad_sum[i]));
    }
  }
}

template <class T>
[[gnu::always_inline]] inline void swiglu_rows(const T* gate_up, int64_t num, int64_t width,
                                               T* out) {
  for (int64_t n = 0; n < num; ++n, gate_up += 2 * width, out += width) {
    const T* up = gate_up + width;
#pragma omp simd
    for (int64_t i = 0; i < width; ++i) {
      const float gate = widened(gate_up[i]);
      out[i] = narrowed<T>(gate * sigmoid(gate) * widened(up[i]));
    }
  }
}

template <class T>
[[gnu::always_inline]] inline void swiglu_backward_rows(const T* gate_up, const T* grad,
                                                        int64_t num, int64_t width,
                                                        T* grad_gate_up) {
  for (int64_t n = 0; n < num;
       ++n, gate_up += 2 * width, grad += width, grad_gate_up += 2 * width) {
    const T* up = gate_up + width;
    T* grad_up = grad_gate_up + width;
#pragma omp simd
    for (int64_t i = 0; i < width; ++i) {
      const float gate = widened(gate_up[i]);
      const float slope = widened(grad[i]);
      const float half = sigmoid(gate);
      const float silu = gate * half;
      grad_gate_up[i] = narrowed<T>(slope * widened(up[i]) * (half + silu * (1.0F - half)));
      grad_up[i] = narrowed<T>(slope * silu);
    }
  }
}

constexpr float kGeluRate = 1.5957691216F;  // 2 sqrt(2/pi)
constexpr float kGeluCube = 0.044715F;

template <class T>
[[gnu::always_inline]] inline void gelu_numbers(const T* x, int64_t num, T* out) {
#pragma omp simd
  for (int64_t i = 0; i < num; ++i) {
    const float value = widened(x[i]);
    out[i] = narrowed<T>(value * sigmoid(kGeluRate * value * (1.0F + kGeluCube * value * value)));
  }
}

template <class T>
[[gnu::always_inline]] inline void gelu_backward_numbers(const T* x, const T* grad, int64_t num,
                                                         T* grad_x) {
#pragma omp simd
  for (int64_t i = 0; i < num; ++i) {
    const float value = widened(x[i]);
    const float square = kGeluCube * value * value;
    const float power = fast_exp(-kGeluRate * value * (1.0F + square));
    const float share = 1.0F / (1.0F + power);  // power x share is 1 - share without cancellation
    const float slope =
        share + value * share * (power * share) * kGeluRate * (1.0F + 3.0F * square);
    grad_x[i] = narrowed<T>(widened(grad[i]) * slope);
  }
}

template <class T>
[[gnu::always_inline]] inline CrossEntropy cross_entropy_rows(const T* logits,
                                                              const int64_t* targets,
                                                              const float* scale, int64_t num,
                                                              int64_t width, T* grad) {
  CrossEntropy result;
  for (int64_t n = 0; n < num; ++n, logits += width) {
    float largest = widened(logits[0]);
    float sum = 0;
#pragma omp simd reduction(max : largest) reduction(+ : sum)
    for (int64_t i = 0; i < width; ++i) {
      const float logit = widened(logits[i]);
      largest = std::max(largest, logit);
      sum += logit;
    }
    result.logits_sum += sum;
    float total = 0;
#pragma omp simd reduction(+ : total)
    for (int64_t i = 0; i < width; ++i) total += fast_exp(widened(logits[i]) - largest);
    const bool counts = scale[n] != 0;
    const float chosen = counts ? widened(logits[targets[n]]) : 0;
    if (counts) result.loss += scale[n] * (largest + std::log(total) - chosen);
    if (grad == nullptr) continue;
    const float factor = scale[n] / total;
#pragma omp simd
    for (int64_t i = 0; i < width; ++i) {
      grad[i] = narrowed<T>(factor * fast_exp(widened(logits[i]) - largest));
    }
    if (counts) grad[targets[n]] = narrowed<T>(factor * fast_exp(chosen - largest) - scale[n]);
    grad += width;
  }
  return result;
}

}  // namespace

#define ASSAY_ROW_LOOPS(T)                                                                        \
  template <>                                                                                     \
  ASSAY_FOR_EACH_CPU void rms_norm(const T* x, const T* weight, float eps, int64_t num,           \
                                   int64_t width, T* y, float* rstd) {                            \
    rms_norm_rows(x, weight, eps, num, width, y, rstd);                                           \
  }                                                                                               \
  template <>                                                                                     \
  ASSAY_FOR_EACH_CPU void rms_norm_backward(const T* grad, const T* x, const T* weight,           \
                                            const float* rstd, int64_t num, int64_t width,        \
                                            T* grad_x, float* grad_weight) {                      \
    rms_norm_backward_rows(grad, x, weight, rstd, num, width, grad_x, grad_weight);               \
  }                                                                                               \
  template <>                                                                                     \
  ASSAY_FOR_EACH_CPU void add_rms_norm(const T* x, const T* added, const T* weight, float eps,    \
                                       int64_t num, int64_t width, T* sum, T* y, float* rstd) {   \
    add_rms_norm_rows(x, added, weight, eps, num, width, sum, y, rstd);                           \
  }                                                                                               \
  template <>                                                                                     \
  ASSAY_FOR_EACH_CPU void add_rms_norm_backward(const T* grad, const T* grad_sum, const T* sum,   \
                                                const T* weight, const float* rstd, int64_t num,  \
                                                int64_t width, T* grad_x, float* grad_weight) {   \
    add_rms_norm_backward_rows(grad, grad_sum, sum, weight, rstd, num, width, grad_x,             \
                               grad_weight);                                                      \
  }                                                                                               \
  template <>                                                                                     \
  ASSAY_FOR_EACH_CPU void swiglu(const T* gate_up, int64_t num, int64_t width, T* out) {          \
    swiglu_rows(gate_up, num, width, out);                                                        \
  }                                                                                               \
  template <>                                                                                     \
  ASSAY_FOR_EACH_CPU void swiglu_backward(const T* gate_up, const T* grad, int64_t num,           \
                                          int64_t width, T* grad_gate_up) {                       \
    swiglu_backward_rows(gate_up, grad, num, width, grad_gate_up);                                \
  }                                                                                               \
  template <>                                                                                     \
  ASSAY_FOR_EACH_CPU void gelu_tanh(const T* x, int64_t num, T* out) {                            \
    gelu_numbers(x, num, out);                                                                    \
  }                                                                                               \
  template <>                                                                                     \
  ASSAY_FOR_EACH_CPU void gelu_tanh_backward(const T* x, const T* grad, int64_t num, T* grad_x) { \
    gelu_backward_numbers(x, grad, num, grad_x);                                                  \
  }                                                                                               \
  template <>                                                                                     \
  ASSAY_FOR_EACH_CPU CrossEntropy cross_entropy(const T* logits, const int64_t* targets,          \
                                                const float* scale, int64_t num, int64_t width,   \
                                                T* grad) {                                        \
    return cross_entropy_rows(logits, targets, scale, num, width, grad);                          \
  }

ASSAY_ROW_LOOPS(float)
ASSAY_ROW_LOOPS(Bf16)

// Chosen as the clones are; by way of a function of one version, which other files can call.
__attribute__((target("arch=x86-64-v4"))) const char* chosen_set() { return "x86-64-v4"; }
__attribute__((target("arch=x86-64-v3"))) const char* chosen_set() { return "x86-64-v3"; }
__attribute__((target("default"))) const char* chosen_set() { return "x86-64"; }
const char* instruction_set() { return chosen_set(); }

}  // namespace assay::kernels::rows
