#include "report/axis.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace assay::report {

Axis make_axis(double low, double high, int num_ticks, bool round_out) {
  // A single value, or several that doubles hardly tell apart: give it room.
  if (high - low <= 1e-9 * std::max(std::abs(low), std::abs(high))) {
    const double margin = low == 0 ? 1 : std::abs(low) * 0.1;
    low -= margin;
    high += margin;
  }
  const double rough = (high - low) / num_ticks;
  const double power = std::pow(10.0, std::floor(std::log10(rough)));
  Axis axis;
  axis.step = 10 * power;
  for (const double factor : std::array{5.0, 2.5, 2.0, 1.0}) {
    if (factor * power >= rough * (1 - 1e-9)) axis.step = factor * power;
  }
  const double first = round_out ? std::floor(low / axis.step) : std::ceil(low / axis.step);
  const double last = round_out ? std::ceil(high / axis.step) : std::floor(high / axis.step);
  for (double k = first; k <= last; ++k) axis.ticks.push_back(k * axis.step);
  axis.low = round_out ? axis.ticks.front() : low;
  axis.high = round_out ? axis.ticks.back() : high;
  return axis;
}

std::string Axis::label(double tick) const {
  if (tick == 0) return "0";
  if (step >= 1e6) return fmt::format("{:g}M", tick / 1e6);
  if (step >= 1e3) return fmt::format("{:g}k", tick / 1e3);
  int decimals = 0;
  double scaled = step;
  while (decimals < 9 && std::abs(scaled - std::round(scaled)) > 1e-6 * scaled) {
    scaled *= 10;
    ++decimals;
  }
  return fmt::format("{:.{}f}", tick, decimals);
}

}  // namespace assay::report
