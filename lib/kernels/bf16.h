#pragma once

#include <bit>
#include <cstdint>

namespace assay::kernels::rows {

/// A bf16 number as memory has it, for loops that LibTorch's type must not reach.
struct Bf16 {
  uint16_t bits;
};

[[gnu::always_inline]] inline float widened(float x) { return x; }
[[gnu::always_inline]] inline float widened(Bf16 x) {
  return std::bit_cast<float>(static_cast<uint32_t>(x.bits) << 16);
}

/// Rounds to the nearest, ties to even; NaN stays NaN.
template <class T>
[[gnu::always_inline]] inline T narrowed(float x) {
  if constexpr (sizeof(T) == sizeof(float)) {
    return x;
  } else {
    const auto bits = std::bit_cast<uint32_t>(x);
    const uint32_t rounded = (bits + 0x7FFFU + ((bits >> 16) & 1U)) >> 16;
    const uint32_t quiet = (bits >> 16) | 0x40U;
    const bool is_nan = (bits & 0x7FFFFFFFU) > 0x7F800000U;
    return T{static_cast<uint16_t>(is_nan ? quiet : rounded)};
  }
}

}  // namespace assay::kernels::rows
