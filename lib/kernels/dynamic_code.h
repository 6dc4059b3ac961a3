#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

/// The 8-bit numbers of AdamW's moments: a code of a table of magnitudes from 5.5e-7 to 1, times
/// the largest magnitude of its block. Source: Dettmers et al. 2022, arXiv 2110.02861, section 1.3
/// and figure 2, with the tables of bitsandbytes (create_dynamic_map).
namespace assay::kernels::rows {

/// Numbers with a common scale: bitsandbytes' present block; the paper's was 2048.
inline constexpr int64_t kCodeBlock = 256;

/// Magnitudes 0, seven decades below 1 with kFirst, 2 kFirst, 4 kFirst ... evenly spaced numbers
/// each, and 1; a magnitude's step is its place.
template <size_t kFirst>
struct DynamicSteps {
  static constexpr size_t kDecades = 7;
  static constexpr size_t kCount = kFirst * ((1U << kDecades) - 1) + 2;
  static constexpr uint32_t kLastBucket = 0x3F80;  ///< bf16 bits of 1

  std::array<float, kCount> values{};
  std::array<float, kCount> upper{};                   ///< what is above it has a later step
  std::array<uint8_t, kLastBucket + 1> first_steps{};  ///< of the least number with these bf16 bits

  /// Steps to the nearest; with `keeps_positive` what is above zero never becomes zero.
  explicit constexpr DynamicSteps(bool keeps_positive) {
    double decade = 1e-6;
    size_t next = 1;
    for (size_t num = kFirst; next + 1 < kCount; num *= 2, decade *= 10) {
      for (size_t i = 0; i < num; ++i) {
        const double part = (static_cast<double>(i) + 0.5) / static_cast<double>(num);
        values[next++] = static_cast<float>(decade * (0.1 + 0.9 * part));
      }
    }
    values[next] = 1;
    for (size_t i = 0; i + 1 < kCount; ++i) upper[i] = (values[i] + values[i + 1]) / 2;
    upper[kCount - 1] = 2;
    if (keeps_positive) upper[0] = 0;
    size_t step = 0;
    for (uint32_t bucket = 0; bucket <= kLastBucket; ++bucket) {
      while (std::bit_cast<float>(bucket << 16) > upper[step]) ++step;
      first_steps[bucket] = static_cast<uint8_t>(step);
    }
  }

  /// The step of a magnitude from 0 to 1.
  [[nodiscard, gnu::always_inline]] constexpr uint32_t nearest(float magnitude) const {
    const uint32_t bits = std::bit_cast<uint32_t>(magnitude) & 0x7FFFFFFFU;  // -0 is 0
    const uint32_t bucket = std::min(bits >> 16, kLastBucket);
    const uint32_t step = first_steps[bucket];
    return step + (magnitude > upper[step] ? 1U : 0U);
  }
  /// Whether no more than one step ends within the numbers of equal bf16 bits: then nearest() is
  /// right.
  [[nodiscard]] constexpr bool has_fine_buckets() const {
    for (size_t bucket = 0; bucket < kLastBucket; ++bucket) {
      if (first_steps[bucket + 1] > first_steps[bucket] + 1) return false;
    }
    return true;
  }
};

/// First moments have a sign: code kZeroCode + step above zero and kZeroCode - step below, where
/// there is no 1. A code of zero stays zero.
inline constexpr DynamicSteps<1> kFirstMomentSteps(/*keeps_positive=*/false);
inline constexpr int32_t kZeroCode = 127;

/// Second moments: the code is the step. One that is above zero stays above zero, since an update
/// divides by its root.
inline constexpr DynamicSteps<2> kSecondMomentSteps(/*keeps_positive=*/true);

static_assert(kFirstMomentSteps.has_fine_buckets() && kSecondMomentSteps.has_fine_buckets());

inline constexpr std::array<float, 256> kFirstMomentValues = [] {
  std::array<float, 256> values{};
  for (int32_t code = 0; code < 256; ++code) {
    const int32_t step = code - kZeroCode;
    const float value = kFirstMomentSteps.values[static_cast<size_t>(step < 0 ? -step : step)];
    values[static_cast<size_t>(code)] = step < 0 ? -value : value;
  }
  return values;
}();

/// The code of a first moment from -1 to 1.
[[gnu::always_inline]] constexpr uint8_t first_moment_code(float x) {
  const bool is_below = x < 0;
  const auto step = static_cast<int32_t>(kFirstMomentSteps.nearest(is_below ? -x : x));
  return static_cast<uint8_t>(is_below ? kZeroCode - std::min(step, kZeroCode) : kZeroCode + step);
}

/// The code of a second moment from 0 to 1.
[[gnu::always_inline]] constexpr uint8_t second_moment_code(float x) {
  return static_cast<uint8_t>(kSecondMomentSteps.nearest(x));
}

}  // namespace assay::kernels::rows
