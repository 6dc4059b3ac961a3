#pragma once

#include <cmath>

#include "kernels/pack.h"

/// RMS norm and rotation of one head [2 x half], and its gradients, for lanes that share the head
/// (lanes.h), of which each half is taken in packs (pack.h). Every lane keeps to its own pairs.
namespace assay::kernels::rows {

/// Pairs of a head, in the precision they are computed in.
template <int kPack, class T>
struct PairPacks {
  Wide<T> first[kPack];
  Wide<T> second[kPack];
};

/// The gradient of a head before its rotation, pairs from `i` on, rounded as T.
template <int kPack, class T>
ASSAY_INLINE_ON_ANY_DEVICE PairPacks<kPack, T> turned_back(const T* grad, const Wide<T>* cos,
                                                           const Wide<T>* sin, int64_t half,
                                                           int64_t i) {
  const auto first = load_pack<kPack>(grad + i);
  const auto second = load_pack<kPack>(grad + i + half);
  const auto c = load_pack<kPack>(cos + i);
  const auto s = load_pack<kPack>(sin + i);
  PairPacks<kPack, T> out;
  for (int j = 0; j < kPack; ++j) {
    const Wide<T> a = widened(first.of[j]);
    const Wide<T> b = widened(second.of[j]);
    out.first[j] = widened(narrowed<T>(a * c.of[j] + b * s.of[j]));
    out.second[j] = widened(narrowed<T>(b * c.of[j] - a * s.of[j]));
  }
  return out;
}

/// y = rms_norm_row of the head, turned by the angles [half] as rotate_row does.
template <int kPack, class T, class Lanes>
ASSAY_ON_ANY_DEVICE void rms_norm_rotate_row(const Lanes& lanes, const T* x, const T* weight,
                                             Wide<T> eps, const Wide<T>* cos, const Wide<T>* sin,
                                             int64_t half, T* y, Wide<T>* rstd) {
  using std::sqrt;
  using W = Wide<T>;
  W squares = 0;
  for_each_pack<kPack>(lanes, 2 * half, [&](int64_t i) {
    const auto pack = load_pack<kPack>(x + i);
    for (const T value : pack.of) squares += widened(value) * widened(value);
  });
  const W scale = W(1) / sqrt(lanes.sum(squares) / static_cast<W>(2 * half) + eps);
  if (lanes.rank() == 0) *rstd = scale;
  const auto normed = [&](T value, T factor) {
    return widened(narrowed<T>(widened(narrowed<T>(widened(value) * scale)) * widened(factor)));
  };
  for_each_pack<kPack>(lanes, half, [&](int64_t i) {
    auto first = load_pack<kPack>(x + i);
    auto second = load_pack<kPack>(x + i + half);
    const auto first_factor = load_pack<kPack>(weight + i);
    const auto second_factor = load_pack<kPack>(weight + i + half);
    const auto c = load_pack<kPack>(cos + i);
    const auto s = load_pack<kPack>(sin + i);
    for (int j = 0; j < kPack; ++j) {
      const W a = normed(first.of[j], first_factor.of[j]);
      const W b = normed(second.of[j], second_factor.of[j]);
      first.of[j] = narrowed<T>(a * c.of[j] - b * s.of[j]);
      second.of[j] = narrowed<T>(b * c.of[j] + a * s.of[j]);
    }
    store_pack(first, y + i);
    store_pack(second, y + i + half);
  });
}

/// Gradients of rms_norm_rotate_row; grad_weight [2 x half] is added to.
template <int kPack, class T, class Lanes>
ASSAY_ON_ANY_DEVICE void rms_norm_rotate_backward_row(const Lanes& lanes, const T* grad, const T* x,
                                                      const T* weight, Wide<T> rstd,
                                                      const Wide<T>* cos, const Wide<T>* sin,
                                                      int64_t half, T* grad_x,
                                                      Wide<T>* grad_weight) {
  using W = Wide<T>;
  W inner = 0;
  for_each_pack<kPack>(lanes, half, [&](int64_t i) {
    const auto slope = turned_back<kPack>(grad, cos, sin, half, i);
    const auto add = [&](const W* slopes, int64_t at) {
      const auto factor = load_pack<kPack>(weight + at);
      const auto value = load_pack<kPack>(x + at);
      for (int j = 0; j < kPack; ++j) {
        inner += slopes[j] * widened(factor.of[j]) * widened(value.of[j]);
      }
    };
    add(slope.first, i);
    add(slope.second, i + half);
  });
  const W shrink = lanes.sum(inner) * rstd * rstd / static_cast<W>(2 * half);
  for_each_pack<kPack>(lanes, half, [&](int64_t i) {
    const auto slope = turned_back<kPack>(grad, cos, sin, half, i);
    const auto leave = [&](const W* slopes, int64_t at) {
      const auto factor = load_pack<kPack>(weight + at);
      const auto value = load_pack<kPack>(x + at);
      auto share = load_pack<kPack>(grad_weight + at);
      Pack<kPack, T> out;
      for (int j = 0; j < kPack; ++j) {
        const W number = widened(value.of[j]);
        out.of[j] = narrowed<T>(rstd * (slopes[j] * widened(factor.of[j]) - number * shrink));
        share.of[j] += slopes[j] * number * rstd;
      }
      store_pack(out, grad_x + at);
      store_pack(share, grad_weight + at);
    };
    leave(slope.first, i);
    leave(slope.second, i + half);
  });
}

}  // namespace assay::kernels::rows
