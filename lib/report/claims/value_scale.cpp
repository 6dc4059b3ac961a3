#include "report/claims/value_scale.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "report/axis.h"

namespace assay::report {
namespace {

// 1, 2 and 5 times the powers of ten between the ends; whole powers alone over many decades.
std::vector<double> log_ticks(double low, double high) {
  constexpr double kManyDecades = 2.2;
  std::vector<double> ticks;
  const bool whole = high - low > kManyDecades;
  const int step = std::max(1, static_cast<int>(std::ceil((high - low) / 6)));
  for (int power = static_cast<int>(std::floor(low)); power <= static_cast<int>(std::ceil(high));
       ++power) {
    if (whole && power % step != 0) continue;
    for (const double times : {1.0, 2.0, 5.0}) {
      if (whole && times > 1) continue;
      const double at = std::log10(times) + power;
      if (low <= at && at <= high) ticks.push_back(times * std::pow(10.0, power));
    }
  }
  return ticks;
}

}  // namespace

ValueScale ValueScale::over(double low, double high, bool logarithmic, bool padded) {
  constexpr double kPadding = 0.06;
  constexpr double kLeastDecades = 0.04;
  ValueScale scale;
  scale.logarithmic_ = logarithmic;
  double from = logarithmic ? std::log10(low) : low;
  double to = logarithmic ? std::log10(high) : high;
  const double least = logarithmic ? kLeastDecades : std::max(1e-9, std::abs(from) * 0.02);
  if (to - from < least) {
    from -= least / 2;
    to += least / 2;
  }
  const double padding = padded ? kPadding * (to - from) : 0;
  scale.low_ = from - padding;
  scale.high_ = to + padding;
  if (logarithmic) scale.ticks_ = log_ticks(scale.low_, scale.high_);
  if (scale.ticks_.size() < 2) {
    const double first = logarithmic ? std::pow(10.0, scale.low_) : scale.low_;
    const double last = logarithmic ? std::pow(10.0, scale.high_) : scale.high_;
    scale.ticks_ = make_axis(first, last, 4, false).ticks;
  }
  return scale;
}

double ValueScale::position(double value) const {
  const double at = logarithmic_ ? std::log10(value) : value;
  return std::clamp((at - low_) / (high_ - low_), 0.0, 1.0);
}

std::string short_number(double value) {
  constexpr std::array kSteps{std::pair{1e15, ""}, std::pair{1e12, "T"}, std::pair{1e9, "B"},
                              std::pair{1e6, "M"}, std::pair{1e3, "k"}};
  const double size = std::abs(value);
  if (size >= 1e15 || (size > 0 && size < 1e-3)) return fmt::format("{:.3g}", value);
  for (const auto& [step, letter] : kSteps) {
    if (size >= step) return fmt::format("{:.5g}{}", value / step, letter);
  }
  return fmt::format("{:.4g}", value);
}

}  // namespace assay::report
