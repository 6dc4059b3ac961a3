#pragma once

#include <cstdint>

#include "kernels/bf16.h"

namespace assay::kernels::rows {

/// 32 random bits for number `index` of what `key` stands for: no state, so that a resumed run
/// rounds as the uninterrupted one. Source: a Weyl sequence through fmix32 of MurmurHash3
/// (Appleby).
ASSAY_INLINE_ON_ANY_DEVICE uint32_t random_bits(uint32_t key, uint32_t index) {
  uint32_t x = key + index * 0x9E3779B9U;
  x ^= x >> 16;
  x *= 0x85EBCA6BU;
  x ^= x >> 13;
  x *= 0xC2B2AE35U;
  return x ^ (x >> 16);
}

/// What the key of a tensor is changed with for a second number of each element.
inline constexpr uint32_t kSecondDraw = 0x5BD1E995U;

/// A finite x in T: as it is, or in bf16, away from zero with the probability of what is cut off,
/// by 16 random bits. Source: Gupta et al. 2015, arXiv 1502.02551, section 3.
template <class T>
ASSAY_INLINE_ON_ANY_DEVICE T rounded_at_random(float x, uint32_t random_16) {
  if constexpr (sizeof(T) == sizeof(float)) {
    return x;
  } else {
    return T{static_cast<uint16_t>((bits_of_float(x) + random_16) >> 16)};
  }
}

}  // namespace assay::kernels::rows
