#include "units/measure.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <string>
#include <vector>

#include "error/error.h"
#include "units/known_units.h"

namespace assay {
namespace {

constexpr std::array<std::string_view, 24> kCurrencies{
    "USD", "EUR", "JPY", "GBP", "CNY", "CHF", "KRW", "INR", "CAD", "AUD", "SGD", "TWD",
    "HKD", "AED", "SAR", "ILS", "SEK", "NOK", "DKK", "PLN", "BRL", "RUB", "MXN", "ZAR"};

struct FoundUnit {
  Dimension dimension;
  double factor;
  std::string currency;
};

bool is_currency(std::string_view text) {
  for (std::string_view currency : kCurrencies) {
    if (text == currency) return true;
  }
  return false;
}

[[noreturn]] void fail_unit(std::string_view unit, std::string_view text) {
  constexpr size_t kLongest = 80;
  const std::vector<std::string> near = near_units(unit);
  throw DataError(fmt::format(
      "[units] the unit of \"{}\" is not known: \"{}\"; {} (docs/units.md has all)",
      text.substr(0, kLongest), unit.substr(0, kLongest),
      near.empty()
          ? fmt::format("units are such as gpu_h, day, token, param, FLOP, kWh, tCO2e, USD, "
                        "USD/gpu_h, in {}",
                        fmt::join(kCurrencies, " "))
          : fmt::format("near it: {}", fmt::join(near, ", "))));
}

FoundUnit find_unit(std::string_view unit, std::string_view text) {
  for (const KnownUnit& row : known_units()) {
    if (row.unit == unit) return {row.dimension, row.factor, {}};
  }
  if (unit.size() >= 3 && is_currency(unit.substr(0, 3))) {
    const std::string_view rest = unit.substr(3);
    for (const KnownUnit& row : money_units()) {
      if (row.unit == rest) return {row.dimension, row.factor, std::string(unit.substr(0, 3))};
    }
    if (rest.size() == 4 && rest[0] == '/' && is_currency(rest.substr(1))) {
      return {Dimension::kMoneyPerMoney, 1, std::string(unit)};  // an exchange rate: "156 JPY/USD"
    }
  }
  fail_unit(unit, text);
}

/// Units of the last digit that says something and of the last place that was written.
struct LastDigits {
  double digit = 0;
  double place = 0;
};

LastDigits last_digits_of(std::string_view number, Dimension dimension) {
  const size_t e = number.find_first_of("eE");
  const std::string_view mantissa = number.substr(0, e);
  int exponent = 0;
  if (e != std::string_view::npos) {
    std::string_view digits = number.substr(e + 1);
    if (!digits.empty() && digits[0] == '+') digits.remove_prefix(1);
    std::from_chars(digits.data(), digits.data() + digits.size(), exponent);
  }
  const size_t point = mantissa.find('.');
  if (point != std::string_view::npos) {
    exponent -= static_cast<int>(mantissa.size() - point - 1);
  } else if (e == std::string_view::npos) {
    if (dimension == Dimension::kDevices || dimension == Dimension::kCount) return {};
    const size_t last_nonzero = mantissa.find_last_not_of('0');
    if (last_nonzero != std::string_view::npos && mantissa[last_nonzero] != '-') {
      return {std::pow(10.0, static_cast<double>(mantissa.size() - last_nonzero - 1)), 1.0};
    }
  }
  const double unit = std::pow(10.0, exponent);
  return {unit, unit};
}

// How much of a number may be rounding: a unit of the last written digit, half of one where it is
// the only digit, and of trailing zeros as much as is small beside the value.
double allowance(const Measure& m, double of_value, double of_rest) {
  constexpr double kOneDigit = 9.5;  // units of the last digit
  const double size = std::abs(m.value);
  double width = m.last_digit;
  if (m.last_digit > m.last_place) {
    width = std::min(width, of_value * size);
  } else if (size < kOneDigit * m.last_digit) {
    width = m.last_digit / 2;
  }
  const bool share = m.unit == "%" && m.value > 0 && m.value < 1;
  if (share) width = std::min(width, of_rest * (1 - m.value));
  return std::max(m.last_place / 2, width);
}

// Plain counts are exact, but "10000 gpu" may be a round word for 10240: a count that ends in two
// zeros or more leaves 5 %.
double round_count(const Measure& m) {
  constexpr double kRound = 0.05;
  const bool count = m.dimension == Dimension::kDevices || m.dimension == Dimension::kCount;
  const bool round = std::fmod(m.value, 100.0) == 0.0;
  return count && m.last_digit == 0 && round ? kRound * std::abs(m.value) : 0;
}

}  // namespace

Bounds<double> Measure::printed() const {
  const double width = allowance(*this, 0.05, 0.1);
  return {value - width, value + width};
}

Bounds<double> Measure::widest() const {
  const double width = std::max(allowance(*this, 0.15, 0.3), round_count(*this));
  return {value - width, value + std::max(width, last_place)};
}

Measure parse_measure(std::string_view text) {
  const size_t space = text.find(' ');
  const std::string_view number = text.substr(0, space);
  double value = 0.0;
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), value);
  if (error != std::errc() || end != number.data() + number.size() || !std::isfinite(value)) {
    throw DataError(fmt::format(
        "[units] a measure reads \"<number> <unit>\", like \"2.788e6 gpu_h\": \"{}\"", text));
  }
  if (space == std::string_view::npos) {
    throw DataError(fmt::format("[units] a bare number has no unit: \"{}\"", text));
  }
  const std::string_view unit = text.substr(space + 1);
  const FoundUnit found = find_unit(unit, text);
  const bool scaled_price = !found.currency.empty() && found.factor != 1;
  const LastDigits last = last_digits_of(number, found.dimension);
  return {.value = value * found.factor,
          .dimension = found.dimension,
          .unit = scaled_price ? fmt::format("{}{}", found.currency, base_unit(found.dimension))
                               : std::string(unit),
          .text = std::string(text),
          .last_digit = last.digit * found.factor,
          .last_place = last.place * found.factor,
          .currency = found.currency};
}

std::string_view base_unit(Dimension dimension) {
  for (const auto& rows : {known_units(), money_units()}) {
    for (const KnownUnit& row : rows) {
      if (row.dimension == dimension && row.factor == 1) return row.unit;
    }
  }
  return "";
}

}  // namespace assay
