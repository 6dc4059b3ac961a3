#pragma once

#include <string>
#include <string_view>

#include "units/sourced.h"

namespace assay {

/// What a unit measures; two measures can be compared only within one dimension.
enum class Dimension {
  kMoney,
  kGpuHours,
  kDevices,
  kSeconds,
  kFlops,
  kFlopsPerSecond,
  kFlopsPerToken,
  kTokens,
  kTokensPerSecond,
  kTokensPerSecondPerDevice,
  kSecondsPerToken,
  kParameters,
  kBytes,
  kBytesPerSecond,
  kEnergy,
  kPower,
  kCarbon,
  kCarbonPerEnergy,
  kRatio,
  kMoneyPerGpuHour,
  kMoneyPerMillionTokens,
  kMoneyPerMonth,
  kMoneyPerEnergy,
  kMoneyPerMoney,
  kGpuHoursPerToken,
  kCount,
};

/// A number as a source printed it, with its unit: `"2.664e6 gpu_h"`, `"5.576e6 USD"`,
/// `"2.0 USD/gpu_h"`, `"39.1 %"`.
struct Measure {
  double value = 0.0;  ///< in the base unit of its dimension (see the table in measure.cpp)
  Dimension dimension{};
  std::string unit;         ///< as written
  std::string text;         ///< as written, number and unit
  double last_digit = 0.0;  ///< one unit of the last written digit, in the base unit
  std::string currency;     ///< for the money dimensions

  /// The values that print as this number, whether the source rounded or cut off: one unit of the
  /// last written digit either side. With an exponent just the written digits count ("294e3" has
  /// three); trailing zeros of a plain integer do not ("294000 USD" is 294000 +- 1000). Plain
  /// integers of devices and counts are exact.
  [[nodiscard]] Bounds<double> printed() const { return {value - last_digit, value + last_digit}; }
};

/// Parses a number with a unit. Throws: DataError naming the text, and the known units where the
/// unit is unknown or missing ("a bare number").
Measure parse_measure(std::string_view text);

/// The base unit of a dimension as shown in reports ("gpu_h", "s", "J", "USD" ...).
std::string_view base_unit(Dimension dimension);

}  // namespace assay
