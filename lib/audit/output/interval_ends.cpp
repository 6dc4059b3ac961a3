#include "audit/output/interval_ends.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "audit/output/number_text.h"

namespace assay::audit {
namespace {

constexpr int kMostDigits = 10;

int decade_of(double value) { return static_cast<int>(std::floor(std::log10(value))); }

// Significant digits of the larger end that two digits of the width take.
int needed_digits(double low, double high) {
  return decade_of(std::max(std::abs(low), std::abs(high))) - decade_of(high - low) + 2;
}

bool is_open(double low, double high) { return !std::isfinite(low) || !std::isfinite(high); }

}  // namespace

bool has_width(double low, double high) {
  return low < high && (is_open(low, high) || needed_digits(low, high) <= kMostDigits);
}

IntervalEnds interval_ends(double low, double high, int digits) {
  if (has_width(low, high) && !is_open(low, high)) {
    digits = std::max(digits, needed_digits(low, high));
  }
  return {readable_text(low, digits), readable_text(high, digits)};
}

std::string ends_text(double low, double high, int digits, std::string_view dash) {
  const IntervalEnds ends = interval_ends(low, high, digits);
  if (!has_width(low, high)) return ends.low;
  return fmt::format("{}{}{}", ends.low, dash, ends.high);
}

}  // namespace assay::audit
