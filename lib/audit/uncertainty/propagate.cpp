#include "audit/uncertainty/propagate.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace assay::audit {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kDoubleNoise = 1e-12;  // relative; decimal figures are not exact in binary

double times(double a, double b) { return a == 0.0 || b == 0.0 ? 0.0 : a * b; }

double middle(Bounds<double> b) {
  if (std::isinf(b.high)) return b.low;
  if (std::isinf(b.low)) return b.high;
  return (b.low + b.high) / 2;
}

}  // namespace

Bounds<double> sum_bounds(Bounds<double> a, Bounds<double> b) {
  return {a.low + b.low, a.high + b.high};
}

Bounds<double> difference_bounds(Bounds<double> a, Bounds<double> b) {
  return {a.low - b.high, a.high - b.low};
}

Bounds<double> product_bounds(Bounds<double> a, Bounds<double> b) {
  const auto [low, high] = std::minmax(
      {times(a.low, b.low), times(a.low, b.high), times(a.high, b.low), times(a.high, b.high)});
  return {low, high};
}

Bounds<double> quotient_bounds(Bounds<double> a, Bounds<double> b) {
  if (b.low <= 0.0) return {b.high > 0.0 ? a.low / b.high : -kInfinity, kInfinity};
  return product_bounds(a, {1.0 / b.high, 1.0 / b.low});
}

double relative_gap(Bounds<double> computed, Bounds<double> expected) {
  if (intervals_meet(computed, expected)) return 0.0;
  const double scale = std::abs(middle(expected));
  if (scale == 0.0) return kInfinity;
  if (computed.low > expected.high) return (computed.low - expected.high) / scale;
  return (computed.high - expected.low) / scale;
}

bool intervals_meet(Bounds<double> a, Bounds<double> b) {
  const auto slack = [](double x, double y) {
    const double size = std::max(std::abs(x), std::abs(y));
    return std::isinf(size) ? 0.0 : size * kDoubleNoise;
  };
  return a.low <= b.high + slack(a.low, b.high) && b.low <= a.high + slack(b.low, a.high);
}

}  // namespace assay::audit
