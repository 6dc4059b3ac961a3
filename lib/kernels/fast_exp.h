#pragma once

#include <bit>
#include <cstdint>

namespace assay::kernels::rows {

/// e^x to 2e-7 relative: range reduction by ln 2 in two parts and Cephes' polynomial (expf.c).
/// Constant below -87.3 (1.2e-38, the smallest normal number) and above 88.3 (2.2e38).
[[gnu::always_inline]] inline float fast_exp(float x) {
  constexpr float kRound = 12582912.0F;  // 1.5 x 2^23: adding it rounds to an integer
  const float raised = x < -87.3F ? -87.3F : x;
  const float bounded = raised > 88.3F ? 88.3F : raised;
  const float power = bounded * 1.44269504F + kRound - kRound;
  const float rest = bounded - power * 0.693359375F + power * 2.12194440e-4F;
  float sum = 1.9875691500e-4F;
  sum = sum * rest + 1.3981999507e-3F;
  sum = sum * rest + 8.3334519073e-3F;
  sum = sum * rest + 4.1665795894e-2F;
  sum = sum * rest + 1.6666665459e-1F;
  sum = sum * rest + 5.0000001201e-1F;
  sum = sum * rest * rest + rest + 1.0F;
  const float scale = std::bit_cast<float>((static_cast<int32_t>(power) + 127) << 23);
  return sum * scale;
}

[[gnu::always_inline]] inline float sigmoid(float x) { return 1.0F / (1.0F + fast_exp(-x)); }

}  // namespace assay::kernels::rows
