#pragma once

#include "kernels/bf16.h"

/// Rotary embedding of the heads of one position, for lanes that share them (lanes.h).
namespace assay::kernels::rows {

/// How the two numbers of a pair lie in a head: [first ones, second ones] or next to each other.
enum class PairLayout { kHalves, kNeighbours };

/// What is turned and where the result goes; `direction` -1 turns back.
struct RotaryShape {
  int64_t heads = 0;
  int64_t half = 0;
  PairLayout from = PairLayout::kHalves;
  PairLayout to = PairLayout::kHalves;
  float direction = 1;
};

/// Turns the pairs of `heads` heads of x [heads x 2 x half] by the angles [half].
template <class T, class Lanes>
ASSAY_ON_ANY_DEVICE void rotate_row(const Lanes& lanes, const RotaryShape& shape, const T* x,
                                    const Wide<T>* cos, const Wide<T>* sin, T* y) {
  using W = Wide<T>;
  const auto half = static_cast<uint32_t>(shape.half);
  const auto pairs = static_cast<uint32_t>(shape.heads) * half;
  const auto first_of = [half](PairLayout layout, uint32_t head, uint32_t i) {
    return head * 2 * half + (layout == PairLayout::kHalves ? i : 2 * i);
  };
  const uint32_t in_step = shape.from == PairLayout::kHalves ? half : 1;
  const uint32_t out_step = shape.to == PairLayout::kHalves ? half : 1;
  for (auto pair = static_cast<uint32_t>(lanes.rank()); pair < pairs;
       pair += static_cast<uint32_t>(lanes.size())) {
    const uint32_t head = pair / half;
    const uint32_t i = pair - head * half;
    const uint32_t in = first_of(shape.from, head, i);
    const uint32_t out = first_of(shape.to, head, i);
    const W s = static_cast<W>(shape.direction) * sin[i];
    const W first = widened(x[in]);
    const W second = widened(x[in + in_step]);
    y[out] = narrowed<T>(first * cos[i] - second * s);
    y[out + out_step] = narrowed<T>(second * cos[i] + first * s);
  }
}

}  // namespace assay::kernels::rows
