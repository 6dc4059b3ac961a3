#pragma once

#include <string>

namespace assay {

/// Decimal digits with commas between thousands: "-1234567.8" is "-1,234,567.8".
std::string with_thousands(std::string digits);

/// A number for people: whole with commas from a thousand on, below it four significant digits;
/// from 1e15 on "3.707e24".
std::string amount_text(double value);

}  // namespace assay
