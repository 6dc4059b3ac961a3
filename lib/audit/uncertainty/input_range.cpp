#include "audit/uncertainty/input_range.h"

#include <array>
#include <boost/math/special_functions/erf.hpp>
#include <cmath>
#include <limits>
#include <numbers>

namespace assay::audit {
namespace {

constexpr double kNinetyFifth = 1.6448536269514722;  // of the standard normal

struct ShapeName {
  Shape shape;
  std::string_view name;
};
constexpr std::array kShapes{
    ShapeName{Shape::kFixed, "fixed"},           ShapeName{Shape::kUniform, "uniform"},
    ShapeName{Shape::kTriangular, "triangular"}, ShapeName{Shape::kNormal, "normal"},
    ShapeName{Shape::kLogNormal, "lognormal"},   ShapeName{Shape::kOpen, "open"}};

double triangular(const InputRange& range, double q) {
  const double width = range.high - range.low;
  if (width <= 0) return range.mode;
  const double peak = (range.mode - range.low) / width;
  if (q < peak) return range.low + std::sqrt(q * width * (range.mode - range.low));
  return range.high - std::sqrt((1 - q) * width * (range.high - range.mode));
}

double lognormal(const InputRange& range, double q) {
  const double low = std::log(range.low);
  const double high = std::log(range.high);
  const double sigma = (high - low) / (2 * kNinetyFifth);
  return std::exp((low + high) / 2 + sigma * normal_quantile(q));
}

}  // namespace

std::string_view to_string(Shape shape) {
  for (const ShapeName& known : kShapes) {
    if (known.shape == shape) return known.name;
  }
  return "open";
}

std::optional<Shape> shape_named(std::string_view word) {
  for (const ShapeName& known : kShapes) {
    const bool stated = known.shape != Shape::kFixed && known.shape != Shape::kOpen;
    if (stated && known.name == word) return known.shape;
  }
  return std::nullopt;
}

double normal_quantile(double q) { return -std::numbers::sqrt2 * boost::math::erfc_inv(2 * q); }

double quantile(const InputRange& range, double q) {
  switch (range.shape) {
    case Shape::kFixed:
      return range.mode;
    case Shape::kUniform:
      return range.low + q * (range.high - range.low);
    case Shape::kTriangular:
      return triangular(range, q);
    case Shape::kNormal: {
      const double sigma = (range.high - range.low) / (2 * kNinetyFifth);
      return (range.low + range.high) / 2 + sigma * normal_quantile(q);
    }
    case Shape::kLogNormal:
      return lognormal(range, q);
    case Shape::kOpen:
      break;
  }
  return std::numeric_limits<double>::quiet_NaN();
}

}  // namespace assay::audit
