#include "kernels/router_loops.h"

#include <algorithm>
#include <bit>

#include "kernels/fast_exp.h"
#include "kernels/for_each_cpu.h"

namespace assay::kernels::rows {
namespace {

// The flags of these loops let the compiler take every number for finite: bits are looked at.
[[gnu::always_inline]] inline bool has_finite_bits(float x) {
  return (std::bit_cast<uint32_t>(x) & 0x7F800000U) != 0x7F800000U;
}

/// Softmax or sigmoid of a row; whether its logits are finite.
[[gnu::always_inline]] inline bool score_expert_row(const RoutingShape& shape, const float* logits,
                                                    float* scores) {
  const int64_t num = shape.num_experts;
  float largest = logits[0];
  float logits_sum = 0;
#pragma omp simd reduction(max : largest) reduction(+ : logits_sum)
  for (int64_t i = 0; i < num; ++i) {
    largest = std::max(largest, logits[i]);
    logits_sum += logits[i];
  }
  if (!has_finite_bits(logits_sum)) return false;
  if (shape.sigmoid) {
#pragma omp simd
    for (int64_t i = 0; i < num; ++i) scores[i] = sigmoid(logits[i]);
    return true;
  }
  float total = 0;
#pragma omp simd reduction(+ : total)
  for (int64_t i = 0; i < num; ++i) {
    scores[i] = fast_exp(logits[i] - largest);
    total += scores[i];
  }
  const float share = 1.0F / total;
#pragma omp simd
  for (int64_t i = 0; i < num; ++i) scores[i] *= share;
  return true;
}

[[gnu::always_inline]] inline int64_t vector_key(float score, int64_t place) {
  const auto bits = std::bit_cast<int32_t>(score);
  const int32_t ordered = bits ^ ((bits >> 31) & 0x7FFFFFFF);
  return static_cast<int64_t>(ordered) * (int64_t{1} << 32) + (0xFFFFFFFFLL - place);
}

[[gnu::always_inline]] inline int64_t take_greatest(int64_t* keys, int64_t num) {
  int64_t best = kTakenKey;
#pragma omp simd reduction(max : best)
  for (int64_t i = 0; i < num; ++i) best = std::max(best, keys[i]);
  const int64_t place = 0xFFFFFFFFLL - (best & 0xFFFFFFFFLL);
  keys[place] = kTakenKey;
  return place;
}

[[gnu::always_inline]] inline void route_rows(const RoutingShape& shape, const float* logits,
                                              const float* bias, const int64_t* forced, int64_t num,
                                              int64_t* keys, float* scores, int64_t* choices,
                                              float* weights) {
  const int64_t experts = shape.num_experts;
  for (int64_t n = 0; n < num; ++n) {
    const bool is_finite = score_expert_row(shape, logits, scores);
    if (!is_finite) {
      std::fill(scores, scores + experts, std::bit_cast<float>(0x7FC00000U));
    }
    if (forced == nullptr) {
#pragma omp simd
      for (int64_t i = 0; i < experts; ++i) {
        keys[i] = vector_key(bias == nullptr ? scores[i] : scores[i] + bias[i], i);
      }
      if (shape.num_groups > 1 && is_finite) {
        keep_best_groups(OneLane{}, shape, scores, bias, keys, keys + experts);
      }
    }
    float sum = 0;
    for (int64_t j = 0; j < shape.top_k; ++j) {
      choices[j] = forced == nullptr ? take_greatest(keys, experts) : forced[j];
      weights[j] = scores[choices[j]];
      sum += weights[j];
    }
    const float factor = shape.renormalize ? shape.scale / sum : shape.scale;
    for (int64_t j = 0; j < shape.top_k; ++j) weights[j] *= factor;
    logits += experts;
    scores += experts;
    choices += shape.top_k;
    weights += shape.top_k;
    if (forced != nullptr) forced += shape.top_k;
  }
}

[[gnu::always_inline]] inline void add_weight_gradient(const RoutingShape& shape,
                                                       const float* scores, const int64_t* choices,
                                                       const float* grad_weights,
                                                       float* grad_scores) {
  float sum = 0;
  float inner = 0;
  for (int64_t j = 0; j < shape.top_k; ++j) {
    sum += scores[choices[j]];
    inner += grad_weights[j] * scores[choices[j]];
  }
  const float factor = shape.renormalize ? shape.scale / sum : shape.scale;
  const float shift = shape.renormalize ? inner / sum : 0;
  for (int64_t j = 0; j < shape.top_k; ++j) {
    grad_scores[choices[j]] += factor * (grad_weights[j] - shift);
  }
}

[[gnu::always_inline]] inline void route_backward_rows(const RoutingShape& shape,
                                                       const float* scores, const int64_t* choices,
                                                       const float* grad_scores,
                                                       const float* grad_weights, int64_t num,
                                                       float* grad_logits) {
  const int64_t experts = shape.num_experts;
  for (int64_t n = 0; n < num; ++n) {
    const float* given = grad_scores == nullptr ? nullptr : grad_scores + n * experts;
    float* grad = grad_logits + n * experts;
    const float* row = scores + n * experts;
    for (int64_t i = 0; i < experts; ++i) grad[i] = given == nullptr ? 0 : given[i];
    if (grad_weights != nullptr) {
      add_weight_gradient(shape, row, choices + n * shape.top_k, grad_weights + n * shape.top_k,
                          grad);
    }
    if (shape.sigmoid) {
#pragma omp simd
      for (int64_t i = 0; i < experts; ++i) grad[i] *= row[i] * (1.0F - row[i]);
      continue;
    }
    float inner = 0;
#pragma omp simd reduction(+ : inner)
    for (int64_t i = 0; i < experts; ++i) inner += grad[i] * row[i];
#pragma omp simd
    for (int64_t i = 0; i < experts; ++i) grad[i] = row[i] * (grad[i] - inner);
  }
}

}  // namespace

ASSAY_FOR_EACH_CPU void route(const RoutingShape& shape, const float* logits, const float* bias,
                              const int64_t* forced, int64_t num, int64_t* keys, float* scores,
                              int64_t* choices, float* weights) {
  route_rows(shape, logits, bias, forced, num, keys, scores, choices, weights);
}

ASSAY_FOR_EACH_CPU void route_backward(const RoutingShape& shape, const float* scores,
                                       const int64_t* choices, const float* grad_scores,
                                       const float* grad_weights, int64_t num, float* grad_logits) {
  route_backward_rows(shape, scores, choices, grad_scores, grad_weights, num, grad_logits);
}

}  // namespace assay::kernels::rows
