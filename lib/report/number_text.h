#pragma once

#include <string>
#include <string_view>

namespace assay::report {

/// A number as reports print it, with its unit: "12.3 ms", "1,234 token/s", "38.5 GFLOP/s",
/// "12.3 %". `value` is in the unit's base: "s", "token", "step", "param", "count", "token/s",
/// "FLOP/s", "FLOP", "B", "J", "W", "share", "device_h", "kWh", "nats/token", "bits/byte", or a
/// currency code; any other unit is shown as it is.
std::string number_text(double value, std::string_view unit);

/// An integer with thousands separators.
std::string grouped(double value);

/// A number without a unit: up to six significant digits, large ones grouped ("2,788,000").
std::string plain_number(double value);

}  // namespace assay::report
