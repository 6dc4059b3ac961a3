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
  double value = 0.0;  ///< in the base unit of its dimension (see known_units.cpp)
  Dimension dimension{};
  std::string unit;         ///< as written; of a price the base unit: "50 USD/MWh" has USD/kWh
  std::string text;         ///< as written, number and unit
  double last_digit = 0.0;  ///< one unit of the last digit that says something, in the base unit
  double last_place = 0.0;  ///< one unit of the last written place, trailing zeros among them
  std::string currency;     ///< for the money dimensions

  /// The values that print as this number, whether the source rounded or cut off: a unit of the
  /// last written digit either side, half a unit where it is the only one ("2 month" is 1.5
  /// to 2.5). With an exponent just the written digits count ("294e3" has three). Trailing zeros of
  /// a plain integer may be rounding ("294000 USD" is 294000 +- 1000), up to 5 % of the value ("10
  /// x" is 9.5 to 10.5). Of a percentage below a hundred no more than a tenth of the rest is ("90
  /// %" is 89 to 91), nor less than half of the last written place. Plain integers of devices and
  /// counts are exact.
  [[nodiscard]] Bounds<double> printed() const;
  /// The values that a careless writer may still print as this number; what lies outside them
  /// contradicts it. As printed(), with 15 % for trailing zeros, three tenths of a percentage's
  /// rest, a whole unit of the last place upwards, where digits were cut off ("2 month" is 1.5 to
  /// 3), and 5 % of a count that ends in two zeros ("10000 gpu" may be 10240).
  [[nodiscard]] Bounds<double> widest() const;
};

/// Parses a number with a unit. Throws: DataError naming the text, and the known units where the
/// unit is unknown or missing ("a bare number").
Measure parse_measure(std::string_view text);

/// The base unit of a dimension as shown in reports ("gpu_h", "s", "J", "USD" ...).
std::string_view base_unit(Dimension dimension);

}  // namespace assay
