#pragma once

#include <cmath>

#include "kernels/pack.h"

/// SwiGLU and GELU of one row of T, and their gradients, for lanes that share the row (lanes.h),
/// which is taken in packs (pack.h). The formulas are those of row_loops.h.
namespace assay::kernels::rows {

template <class W>
ASSAY_INLINE_ON_ANY_DEVICE W exact_sigmoid(W x) {
  using std::exp;
  return W(1) / (W(1) + exp(-x));
}

/// out = silu(gate) x up; gate_up [2 x width], out [width].
template <int kPack, class T, class Lanes>
ASSAY_ON_ANY_DEVICE void swiglu_row(const Lanes& lanes, const T* gate_up, int64_t width, T* out) {
  using W = Wide<T>;
  for_each_pack<kPack>(lanes, width, [&](int64_t i) {
    auto pack = load_pack<kPack>(gate_up + i);
    const auto up = load_pack<kPack>(gate_up + width + i);
    for (int j = 0; j < kPack; ++j) {
      const W gate = widened(pack.of[j]);
      pack.of[j] = narrowed<T>(gate * exact_sigmoid(gate) * widened(up.of[j]));
    }
    store_pack(pack, out + i);
  });
}

/// Gradient of swiglu_row: grad [width], grad_gate_up [2 x width].
template <int kPack, class T, class Lanes>
ASSAY_ON_ANY_DEVICE void swiglu_backward_row(const Lanes& lanes, const T* gate_up, const T* grad,
                                             int64_t width, T* grad_gate_up) {
  using W = Wide<T>;
  for_each_pack<kPack>(lanes, width, [&](int64_t i) {
    auto gates = load_pack<kPack>(gate_up + i);
    auto ups = load_pack<kPack>(gate_up + width + i);
    const auto slopes = load_pack<kPack>(grad + i);
    for (int j = 0; j < kPack; ++j) {
      const W gate = widened(gates.of[j]);
      const W slope = widened(slopes.of[j]);
      const W half = exact_sigmoid(gate);
      const W silu = gate * half;
      gates.of[j] = narrowed<T>(slope * widened(ups.of[j]) * (half + silu * (W(1) - half)));
      ups.of[j] = narrowed<T>(slope * silu);
    }
    store_pack(gates, grad_gate_up + i);
    store_pack(ups, grad_gate_up + width + i);
  });
}

/// The rate and cube of gelu_tanh, in W.
template <class W>
struct GeluNumbers {
  static constexpr W kRate = 1.5957691216057308;  // 2 sqrt(2/pi)
  static constexpr W kCube = 0.044715;
};

/// out = GELU of x by its tanh form.
template <int kPack, class T, class Lanes>
ASSAY_ON_ANY_DEVICE void gelu_tanh_row(const Lanes& lanes, const T* x, int64_t width, T* out) {
  using W = Wide<T>;
  using Gelu = GeluNumbers<W>;
  for_each_pack<kPack>(lanes, width, [&](int64_t i) {
    auto pack = load_pack<kPack>(x + i);
    for (T& number : pack.of) {
      const W value = widened(number);
      const W angle = Gelu::kRate * value * (W(1) + Gelu::kCube * value * value);
      number = narrowed<T>(value * exact_sigmoid(angle));
    }
    store_pack(pack, out + i);
  });
}

/// Gradient of gelu_tanh_row.
template <int kPack, class T, class Lanes>
ASSAY_ON_ANY_DEVICE void gelu_tanh_backward_row(const Lanes& lanes, const T* x, const T* grad,
                                                int64_t width, T* grad_x) {
  using std::exp;
  using W = Wide<T>;
  using Gelu = GeluNumbers<W>;
  constexpr W kMostPower = 88;  // e^88 is finite in fp32, and what it is multiplied with is 0
  for_each_pack<kPack>(lanes, width, [&](int64_t i) {
    auto pack = load_pack<kPack>(x + i);
    const auto slopes = load_pack<kPack>(grad + i);
    for (int j = 0; j < kPack; ++j) {
      const W value = widened(pack.of[j]);
      const W square = Gelu::kCube * value * value;
      const W angle = -Gelu::kRate * value * (W(1) + square);
      const W power = exp(angle < kMostPower ? angle : kMostPower);
      const W share = W(1) / (W(1) + power);  // power x share is 1 - share without cancellation
      const W slope =
          share + value * share * (power * share) * Gelu::kRate * (W(1) + W(3) * square);
      pack.of[j] = narrowed<T>(widened(slopes.of[j]) * slope);
    }
    store_pack(pack, grad_x + i);
  });
}

}  // namespace assay::kernels::rows
