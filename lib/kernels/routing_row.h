#pragma once

#include <cmath>
#include <cstdint>
#include <cstring>

#include "kernels/lanes.h"

/// How one token chooses experts, for lanes that share its row (lanes.h). Source of the rules: see
/// routing.h.
namespace assay::kernels::rows {

/// The rule and the sizes, as plain numbers.
struct RoutingShape {
  int64_t num_experts = 0;
  int64_t top_k = 0;
  int64_t num_groups = 1;
  int64_t top_groups = 1;
  bool sigmoid = false;
  bool renormalize = false;
  float scale = 1;
};

/// A number that is below every key of a score.
inline constexpr int64_t kTakenKey = INT64_MIN;

/// Orders scores, and equal ones by their place, the first being the greater. Any bits have a key.
ASSAY_ON_ANY_DEVICE int64_t routing_key(float score, int64_t place) {
  int32_t bits = 0;
  std::memcpy(&bits, &score, sizeof bits);
  const int32_t ordered = bits ^ ((bits >> 31) & 0x7FFFFFFF);
  return static_cast<int64_t>(ordered) * (int64_t{1} << 32) + (0xFFFFFFFFLL - place);
}

/// Below the key of every finite score, above kTakenKey.
ASSAY_ON_ANY_DEVICE int64_t outside_key(int64_t place) {
  return (int64_t{INT32_MIN} + 1) * (int64_t{1} << 32) + (0xFFFFFFFFLL - place);
}

ASSAY_ON_ANY_DEVICE int64_t place_of_key(int64_t key) {
  return 0xFFFFFFFFLL - (key & 0xFFFFFFFFLL);
}

/// Takes the greatest of `num` keys out of them and returns its place.
template <class Lanes>
ASSAY_ON_ANY_DEVICE int64_t take_best(const Lanes& lanes, int64_t* keys, int64_t num) {
  int64_t best = kTakenKey;
  for (int64_t i = lanes.rank(); i < num; i += lanes.size()) best = keys[i] > best ? keys[i] : best;
  const int64_t place = place_of_key(lanes.max(best));
  if (place % lanes.size() == lanes.rank()) keys[place] = kTakenKey;
  lanes.sync();
  return place;
}

/// Softmax or sigmoid of a row.
template <class T, class Lanes>
ASSAY_ON_ANY_DEVICE void score_row(const Lanes& lanes, const RoutingShape& shape, const T* logits,
                                   T* scores) {
  using std::exp;
  const int64_t num = shape.num_experts;
  if (shape.sigmoid) {
    for (int64_t i = lanes.rank(); i < num; i += lanes.size()) {
      scores[i] = T(1) / (T(1) + exp(-logits[i]));
    }
    lanes.sync();
    return;
  }
  int64_t best = kTakenKey;
  for (int64_t i = lanes.rank(); i < num; i += lanes.size()) {
    const int64_t key = routing_key(static_cast<float>(logits[i]), i);
    best = key > best ? key : best;
  }
  const T largest = logits[place_of_key(lanes.max(best))];
  T sum = 0;
  for (int64_t i = lanes.rank(); i < num; i += lanes.size()) {
    scores[i] = exp(logits[i] - largest);
    sum += scores[i];
  }
  const T total = lanes.sum(sum);
  for (int64_t i = lanes.rank(); i < num; i += lanes.size()) scores[i] /= total;
  lanes.sync();
}

/// Leaves the keys of the best groups and lowers those of the others. A group is as good as its
/// best expert, with a bias as its two best together. `group_keys` has room for all groups.
template <class T, class Lanes>
ASSAY_ON_ANY_DEVICE void keep_best_groups(const Lanes& lanes, const RoutingShape& shape,
                                          const T* scores, const T* bias, int64_t* keys,
                                          int64_t* group_keys) {
  const int64_t group_size = shape.num_experts / shape.num_groups;
  for (int64_t group = lanes.rank(); group < shape.num_groups; group += lanes.size()) {
    const int64_t first = group * group_size;
    int64_t best = kTakenKey;
    int64_t second = kTakenKey;
    for (int64_t i = first; i < first + group_size; ++i) {
      if (keys[i] > best) {
        second = best;
        best = keys[i];
      } else if (keys[i] > second) {
        second = keys[i];
      }
    }
    const int64_t at = place_of_key(best);
    T score = scores[at];
    if (bias != nullptr) {
      score += bias[at];
      if (group_size > 1) score += scores[place_of_key(second)] + bias[place_of_key(second)];
    }
    group_keys[group] = routing_key(static_cast<float>(score), group);
  }
  lanes.sync();
  for (int64_t j = 0; j < shape.top_groups; ++j) take_best(lanes, group_keys, shape.num_groups);
  for (int64_t i = lanes.rank(); i < shape.num_experts; i += lanes.size()) {
    if (group_keys[i / group_size] != kTakenKey) keys[i] = outside_key(i);
  }
  lanes.sync();
}

/// Scores, choices and weights of one token. bias [E] or null; forced [k] or null: choices that are
/// given; keys: room for num_experts + num_groups numbers.
template <class T, class Lanes>
ASSAY_ON_ANY_DEVICE void route_row(const Lanes& lanes, const RoutingShape& shape, const T* logits,
                                   const T* bias, const int64_t* forced, int64_t* keys, T* scores,
                                   int64_t* choices, T* weights) {
  score_row(lanes, shape, logits, scores);
  if (forced == nullptr) {
    for (int64_t i = lanes.rank(); i < shape.num_experts; i += lanes.size()) {
      const T value = bias == nullptr ? scores[i] : scores[i] + bias[i];
      keys[i] = routing_key(static_cast<float>(value), i);
    }
    lanes.sync();
    if (shape.num_groups > 1) {
      keep_best_groups(lanes, shape, scores, bias, keys, keys + shape.num_experts);
    }
  }
  T sum = 0;
  for (int64_t j = 0; j < shape.top_k; ++j) {
    const int64_t choice =
        forced == nullptr ? take_best(lanes, keys, shape.num_experts) : forced[j];
    sum += scores[choice];
    if (lanes.rank() != 0) continue;
    choices[j] = choice;
    weights[j] = scores[choice];
  }
  if (lanes.rank() != 0) return;
  const T factor =
      shape.renormalize ? static_cast<T>(shape.scale) / sum : static_cast<T>(shape.scale);
  for (int64_t j = 0; j < shape.top_k; ++j) weights[j] *= factor;
}

/// The gradient of route_row by the logits. grad_scores [E] or null, grad_weights [k] or null.
template <class T, class Lanes>
ASSAY_ON_ANY_DEVICE void route_row_backward(const Lanes& lanes, const RoutingShape& shape,
                                            const T* scores, const int64_t* choices,
                                            const T* grad_scores, const T* grad_weights,
                                            T* grad_logits) {
  const int64_t num = shape.num_experts;
  for (int64_t i = lanes.rank(); i < num; i += lanes.size()) {
    grad_logits[i] = grad_scores == nullptr ? T(0) : grad_scores[i];
  }
  lanes.sync();
  if (grad_weights != nullptr && lanes.rank() == 0) {
    T sum = 0;
    T inner = 0;
    for (int64_t j = 0; j < shape.top_k; ++j) {
      sum += scores[choices[j]];
      inner += grad_weights[j] * scores[choices[j]];
    }
    const T scale = shape.scale;
    for (int64_t j = 0; j < shape.top_k; ++j) {
      grad_logits[choices[j]] += shape.renormalize ? scale / sum * (grad_weights[j] - inner / sum)
                                                   : scale * grad_weights[j];
    }
  }
  lanes.sync();
  T inner = 0;
  if (!shape.sigmoid) {
    for (int64_t i = lanes.rank(); i < num; i += lanes.size()) inner += grad_logits[i] * scores[i];
    inner = lanes.sum(inner);
  }
  for (int64_t i = lanes.rank(); i < num; i += lanes.size()) {
    const T slope = shape.sigmoid ? grad_logits[i] * (T(1) - scores[i]) : grad_logits[i] - inner;
    grad_logits[i] = slope * scores[i];
  }
}

}  // namespace assay::kernels::rows
