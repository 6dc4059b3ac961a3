#pragma once

#include <cstdint>

#include "kernels/lanes.h"

/// The arithmetic of e4m3 (float8_e4m3fn: 4 bits of exponent, 3 of mantissa, no infinity, NaN 0x7F)
/// on plain integers, for the CPU's loops and the CUDA kernels alike. Source: Micikevicius et al.
/// 2022, arXiv 2209.05433, table 1.
namespace assay::kernels {

constexpr float kLargestFp8 = 448.0F;
constexpr uint8_t kFp8NaN = 0x7F;
constexpr uint32_t kFp32Infinity = 0x7F800000U;  ///< bits: greater ones are those of NaN
constexpr uint32_t kFp32NaN = 0x7FC00000U;
constexpr uint32_t kSmallestNormal = 0x00800000U;  ///< bits of 2^-126

/// Side of a block: 1 x 128 and 128 x 128 numbers share a scale.
constexpr int64_t kFp8Side = 128;

ASSAY_INLINE_ON_ANY_DEVICE uint32_t bits_of(float x) { return __builtin_bit_cast(uint32_t, x); }
ASSAY_INLINE_ON_ANY_DEVICE float float_of(uint32_t bits) { return __builtin_bit_cast(float, bits); }

/// The scale of a block whose largest magnitude has the bits `largest`: that magnitude / 448, at
/// least 2^-126 (blocks of zeros, and of numbers so small that the quotient would lose bits), NaN
/// where a number of the block is not finite. Source: DeepSeek-V3, arXiv 2412.19437, section 3.3.2
/// (scales from the largest magnitude of the block at hand).
ASSAY_INLINE_ON_ANY_DEVICE float fp8_scale(uint32_t largest) {
  if (largest >= kFp32Infinity) return float_of(kFp32NaN);
  const float scale = float_of(largest) / kLargestFp8;
  return bits_of(scale) < kSmallestNormal ? float_of(kSmallestNormal) : scale;
}

/// x rounded to the nearest e4m3 number, ties to even; |x| below 464.
ASSAY_INLINE_ON_ANY_DEVICE uint8_t fp8_rounded(float x) {
  const uint32_t bits = bits_of(x);
  const uint32_t magnitude = bits & 0x7FFFFFFFU;
  // Normal numbers: another bias of the exponent, then rounding at the 20th bit.
  const uint32_t odd = (magnitude >> 20) & 1U;
  const uint32_t normal = (magnitude - (120U << 23) + 0x7FFFFU + odd) >> 20;
  // Below 2^-6: next to 2^14 the last bit of fp32 is 2^-9, the smallest e4m3 number.
  const uint32_t small = bits_of(float_of(magnitude) + 16384.0F) - bits_of(16384.0F);
  const uint32_t rounded = magnitude < (121U << 23) ? small : normal;
  return static_cast<uint8_t>(rounded | ((bits >> 24) & 0x80U));
}

/// The number that the bits of an e4m3 number stand for.
ASSAY_INLINE_ON_ANY_DEVICE float fp8_widened(uint8_t bits) {
  const uint32_t magnitude = bits & 0x7FU;
  const uint32_t normal = (magnitude << 20) + (120U << 23);
  const uint32_t small = bits_of(static_cast<float>(static_cast<int32_t>(magnitude)) * 0x1p-9F);
  const uint32_t finite = magnitude < 8 ? small : normal;
  const uint32_t value = magnitude == kFp8NaN ? kFp32NaN : finite;
  return float_of(value | (static_cast<uint32_t>(bits & 0x80U) << 24));
}

}  // namespace assay::kernels
