#pragma once

#include "kernels/pack.h"

/// Where a token's rows come together, for lanes that share the token (lanes.h); its rows are taken
/// in packs (pack.h). Sums have one order, and no row is written twice: results are the same in
/// every run.
namespace assay::kernels::rows {

/// out = sum over j of weights[j] x source[index[j]] (weights null: all 1), j = 0 first.
template <int kPack, class T, class Lanes>
ASSAY_ON_ANY_DEVICE void weighted_sum_row(const Lanes& lanes, const T* source, const int64_t* index,
                                          const Wide<T>* weights, int64_t k, int64_t width,
                                          T* out) {
  for_each_pack<kPack>(lanes, width, [&](int64_t i) {
    Wide<T> sum[kPack] = {};
    for (int64_t j = 0; j < k; ++j) {
      const auto pack = load_pack<kPack>(source + index[j] * width + i);
      const Wide<T> factor = weights == nullptr ? Wide<T>(1) : weights[j];
      for (int p = 0; p < kPack; ++p) sum[p] += factor * widened(pack.of[p]);
    }
    Pack<kPack, T> result;
    for (int p = 0; p < kPack; ++p) result.of[p] = narrowed<T>(sum[p]);
    store_pack(result, out + i);
  });
}

/// The gradients of weighted_sum_row: grad_source[index[j]] = weights[j] x grad and
/// grad_weights[j] = source[index[j]] . grad. No index may come twice but with weight 0.
template <int kPack, class T, class Lanes>
ASSAY_ON_ANY_DEVICE void weighted_sum_backward_row(const Lanes& lanes, const T* grad,
                                                   const T* source, const int64_t* index,
                                                   const Wide<T>* weights, int64_t k, int64_t width,
                                                   T* grad_source, Wide<T>* grad_weights) {
  for (int64_t j = 0; j < k; ++j) {
    const T* row = source + index[j] * width;
    T* grad_row = grad_source + index[j] * width;
    const Wide<T> factor = weights[j];
    Wide<T> inner = 0;
    for_each_pack<kPack>(lanes, width, [&](int64_t i) {
      auto slopes = load_pack<kPack>(grad + i);
      const auto values = load_pack<kPack>(row + i);
      for (int p = 0; p < kPack; ++p) {
        const Wide<T> slope = widened(slopes.of[p]);
        inner += widened(values.of[p]) * slope;
        slopes.of[p] = narrowed<T>(factor * slope);
      }
      store_pack(slopes, grad_row + i);
    });
    inner = lanes.sum(inner);
    if (lanes.rank() == 0) grad_weights[j] = inner;
  }
}

/// Copies a row; `from` null: zeros.
template <int kPack, class T, class Lanes>
ASSAY_ON_ANY_DEVICE void copy_row(const Lanes& lanes, const T* from, int64_t width, T* to) {
  for_each_pack<kPack>(lanes, width, [&](int64_t i) {
    store_pack(from == nullptr ? Pack<kPack, T>{} : load_pack<kPack>(from + i), to + i);
  });
}

}  // namespace assay::kernels::rows
