#pragma once

#include <cstdint>
#include <type_traits>

#include "kernels/lanes.h"

#ifdef __CUDACC__
#include <cuda_bf16.h>
#endif

namespace assay::kernels::rows {

/// A bf16 number as memory has it, for loops that LibTorch's type must not reach.
struct Bf16 {
  uint16_t bits;
};

/// What numbers of T are computed in.
template <class T>
using Wide = std::conditional_t<std::is_same_v<T, double>, double, float>;

ASSAY_INLINE_ON_ANY_DEVICE float widened(float x) { return x; }
ASSAY_INLINE_ON_ANY_DEVICE double widened(double x) { return x; }
ASSAY_INLINE_ON_ANY_DEVICE float widened(Bf16 x) {
  return __builtin_bit_cast(float, static_cast<uint32_t>(x.bits) << 16);
}

ASSAY_INLINE_ON_ANY_DEVICE uint32_t bits_of_float(float x) {
  return __builtin_bit_cast(uint32_t, x);
}

/// Rounds to the nearest, ties to even; NaN stays NaN.
ASSAY_INLINE_ON_ANY_DEVICE Bf16 rounded_to_bf16(float x) {
#ifdef __CUDA_ARCH__
  return Bf16{__bfloat16_as_ushort(__float2bfloat16_rn(x))};
#else
  const uint32_t bits = bits_of_float(x);
  const uint32_t rounded = (bits + 0x7FFFU + ((bits >> 16) & 1U)) >> 16;
  const uint32_t quiet = (bits >> 16) | 0x40U;
  const bool is_nan = (bits & 0x7FFFFFFFU) > 0x7F800000U;
  return Bf16{static_cast<uint16_t>(is_nan ? quiet : rounded)};
#endif
}

/// A result as T has it.
template <class T>
ASSAY_INLINE_ON_ANY_DEVICE T narrowed(Wide<T> x) {
  if constexpr (std::is_same_v<T, Bf16>) {
    return rounded_to_bf16(x);
  } else {
    return x;
  }
}

}  // namespace assay::kernels::rows
