#pragma once

#include <cmath>

#include "kernels/pack.h"

/// Cross-entropy of one row of logits of T, and its gradient, for lanes that share the row
/// (lanes.h), which is taken in packs (pack.h).
namespace assay::kernels::rows {

/// The largest logit of a row and the sum of e^(logit - largest), NaN where a logit is not finite.
template <class T>
struct ExponentialSum {
  T largest;
  T total;
};

/// In one pass: what was added is scaled where a greater logit comes.
/// Source: Milakov & Gimelshein 2018, arXiv 1805.02867, algorithm 3.
template <int kPack, class T, class Lanes>
ASSAY_ON_ANY_DEVICE ExponentialSum<Wide<T>> sum_exponentials(const Lanes& lanes, const T* logits,
                                                             int64_t width) {
  using std::exp;
  using std::isfinite;
  using W = Wide<T>;
  W largest = -INFINITY;
  W total = 0;
  W plain_sum = 0;
  for_each_pack<kPack>(lanes, width, [&](int64_t i) {
    const auto pack = load_pack<kPack>(logits + i);
    W most = largest;
    for (const T logit : pack.of) {
      most = widened(logit) > most ? widened(logit) : most;
      plain_sum += widened(logit);
    }
    if (most > largest) {
      total *= exp(largest - most);
      largest = most;
    }
    for (const T logit : pack.of) total += exp(widened(logit) - largest);
  });
  const W of_all = lanes.max(largest);
  const W sum = lanes.sum(total == W(0) ? W(0) : total * exp(largest - of_all));
  return {of_all, isfinite(lanes.sum(plain_sum)) ? sum : static_cast<W>(NAN)};
}

/// scale x (log-sum-exp - the target's logit). A row of scale 0 does not count, whatever its
/// target, unless it is NaN.
template <class T>
ASSAY_ON_ANY_DEVICE Wide<T> loss_of_row(const ExponentialSum<Wide<T>>& sum, const T* logits,
                                        int64_t target, Wide<T> scale) {
  using std::log;
  if (scale == 0) return sum.total * 0;
  return scale * (sum.largest + log(sum.total) - widened(logits[target]));
}

/// scale x (softmax - one at the target); `grad` may be the logits.
template <int kPack, class T, class Lanes>
ASSAY_ON_ANY_DEVICE void cross_entropy_gradient_row(const Lanes& lanes, const T* logits,
                                                    const ExponentialSum<Wide<T>>& sum,
                                                    int64_t target, Wide<T> scale, int64_t width,
                                                    T* grad) {
  using std::exp;
  using W = Wide<T>;
  const W factor = scale / sum.total;
  for_each_pack<kPack>(lanes, width, [&](int64_t i) {
    auto pack = load_pack<kPack>(logits + i);
    for (int j = 0; j < kPack; ++j) {
      const W share = factor * exp(widened(pack.of[j]) - sum.largest);
      pack.of[j] = narrowed<T>(i + j == target ? share - scale : share);
    }
    store_pack(pack, grad + i);
  });
}

/// Both at once; `sum` and `grad` may be null, and `grad` may be the logits.
template <int kPack, class T, class Lanes>
ASSAY_ON_ANY_DEVICE void cross_entropy_row(const Lanes& lanes, const T* logits, int64_t target,
                                           Wide<T> scale, int64_t width, Wide<T>* loss,
                                           ExponentialSum<Wide<T>>* sum, T* grad) {
  const auto found = sum_exponentials<kPack>(lanes, logits, width);
  if (lanes.rank() == 0) {
    *loss = loss_of_row(found, logits, target, scale);
    if (sum != nullptr) *sum = found;
  }
  if (grad == nullptr) return;
  lanes.sync();  // the target's logit has been read
  cross_entropy_gradient_row<kPack>(lanes, logits, found, target, scale, width, grad);
}

}  // namespace assay::kernels::rows
