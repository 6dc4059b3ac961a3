#pragma once

#include <cmath>

#include "kernels/pack.h"

/// RMS norm of one row of T, and its gradients, for lanes that share the row (lanes.h), which is
/// taken in packs (pack.h). Every lane keeps to its own numbers of a row.
namespace assay::kernels::rows {

/// y = cast(x x rstd) x weight, rstd = 1 / sqrt(mean(x^2) + eps).
template <int kPack, class T, class Lanes>
ASSAY_ON_ANY_DEVICE void rms_norm_row(const Lanes& lanes, const T* x, const T* weight, Wide<T> eps,
                                      int64_t width, T* y, Wide<T>* rstd) {
  using std::sqrt;
  using W = Wide<T>;
  W squares = 0;
  for_each_pack<kPack>(lanes, width, [&](int64_t i) {
    const auto pack = load_pack<kPack>(x + i);
    for (const T value : pack.of) squares += widened(value) * widened(value);
  });
  const W scale = W(1) / sqrt(lanes.sum(squares) / static_cast<W>(width) + eps);
  if (lanes.rank() == 0) *rstd = scale;
  for_each_pack<kPack>(lanes, width, [&](int64_t i) {
    auto pack = load_pack<kPack>(x + i);
    const auto factor = load_pack<kPack>(weight + i);
    for (int j = 0; j < kPack; ++j) {
      const T normed = narrowed<T>(widened(pack.of[j]) * scale);
      pack.of[j] = narrowed<T>(widened(normed) * widened(factor.of[j]));
    }
    store_pack(pack, y + i);
  });
}

/// sum = x + added, y its RMS norm.
template <int kPack, class T, class Lanes>
ASSAY_ON_ANY_DEVICE void add_rms_norm_row(const Lanes& lanes, const T* x, const T* added,
                                          const T* weight, Wide<T> eps, int64_t width, T* sum, T* y,
                                          Wide<T>* rstd) {
  for_each_pack<kPack>(lanes, width, [&](int64_t i) {
    auto pack = load_pack<kPack>(x + i);
    const auto other = load_pack<kPack>(added + i);
    for (int j = 0; j < kPack; ++j) {
      pack.of[j] = narrowed<T>(widened(pack.of[j]) + widened(other.of[j]));
    }
    store_pack(pack, sum + i);
  });
  rms_norm_row<kPack>(lanes, sum, weight, eps, width, y, rstd);
}

/// Gradients of rms_norm_row: grad_weight [width] is added to. Where `grad_sum` is not null, it is
/// a gradient that reaches x on another way and is added to grad_x, which was rounded before.
template <int kPack, class T, class Lanes>
ASSAY_ON_ANY_DEVICE void rms_norm_backward_row(const Lanes& lanes, const T* grad, const T* grad_sum,
                                               const T* x, const T* weight, Wide<T> rstd,
                                               int64_t width, T* grad_x, Wide<T>* grad_weight) {
  using W = Wide<T>;
  W inner = 0;
  for_each_pack<kPack>(lanes, width, [&](int64_t i) {
    const auto g = load_pack<kPack>(grad + i);
    const auto factor = load_pack<kPack>(weight + i);
    const auto value = load_pack<kPack>(x + i);
    for (int j = 0; j < kPack; ++j) {
      inner += widened(g.of[j]) * widened(factor.of[j]) * widened(value.of[j]);
    }
  });
  const W shrink = lanes.sum(inner) * rstd * rstd / static_cast<W>(width);
  for_each_pack<kPack>(lanes, width, [&](int64_t i) {
    const auto g = load_pack<kPack>(grad + i);
    const auto factor = load_pack<kPack>(weight + i);
    const auto value = load_pack<kPack>(x + i);
    Pack<kPack, T> out;
    for (int j = 0; j < kPack; ++j) {
      const W slope = widened(g.of[j]);
      out.of[j] =
          narrowed<T>(rstd * (slope * widened(factor.of[j]) - widened(value.of[j]) * shrink));
      grad_weight[i + j] += slope * widened(value.of[j]) * rstd;
    }
    if (grad_sum != nullptr) {
      const auto other = load_pack<kPack>(grad_sum + i);
      for (int j = 0; j < kPack; ++j) {
        out.of[j] = narrowed<T>(widened(out.of[j]) + widened(other.of[j]));
      }
    }
    store_pack(out, grad_x + i);
  });
}

}  // namespace assay::kernels::rows
