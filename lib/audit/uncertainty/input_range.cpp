#include "audit/uncertainty/input_range.h"

#include <array>
#include <cmath>
#include <limits>

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

template <size_t N>
double polynomial(const std::array<double, N>& coefficients, double x) {
  double value = 0;
  for (size_t i = N; i-- > 0;) value = value * x + coefficients[i];
  return value;
}

double central(double d) {
  static constexpr std::array<double, 8> kA{3.3871328727963666080e0, 1.3314166789178437745e2,
                                            1.9715909503065514427e3, 1.3731693765509461125e4,
                                            4.5921953931549871457e4, 6.7265770927008700853e4,
                                            3.3430575583588128105e4, 2.5090809287301226727e3};
  static constexpr std::array<double, 8> kB{1.0,
                                            4.2313330701600911252e1,
                                            6.8718700749205790830e2,
                                            5.3941960214247511077e3,
                                            2.1213794301586595867e4,
                                            3.9307895800092710610e4,
                                            2.8729085735721942674e4,
                                            5.2264952788528545610e3};
  const double r = 0.180625 - d * d;
  return d * polynomial(kA, r) / polynomial(kB, r);
}

double near_tail(double r) {
  static constexpr std::array<double, 8> kC{1.42343711074968357734e0,  4.63033784615654529590e0,
                                            5.76949722146069140550e0,  3.64784832476320460504e0,
                                            1.27045825245236838258e0,  2.41780725177450611770e-1,
                                            2.27238449892691845833e-2, 7.74545014278341407640e-4};
  static constexpr std::array<double, 8> kD{1.0,
                                            2.05319162663775882187e0,
                                            1.67638483018380384940e0,
                                            6.89767334985100004550e-1,
                                            1.48103976427480074590e-1,
                                            1.51986665636164571966e-2,
                                            5.47593808499534494600e-4,
                                            1.05075007164441684324e-9};
  return polynomial(kC, r - 1.6) / polynomial(kD, r - 1.6);
}

double far_tail(double r) {
  static constexpr std::array<double, 8> kE{6.65790464350110377720e0,  5.46378491116411436990e0,
                                            1.78482653991729133580e0,  2.96560571828504891230e-1,
                                            2.65321895265761230930e-2, 1.24266094738807843860e-3,
                                            2.71155556874348757815e-5, 2.01033439929228813265e-7};
  static constexpr std::array<double, 8> kF{1.0,
                                            5.99832206555887937690e-1,
                                            1.36929880922735805310e-1,
                                            1.48753612908506148525e-2,
                                            7.86869131145613259100e-4,
                                            1.84631831751005468180e-5,
                                            1.42151175831644588870e-7,
                                            2.04426310338993978564e-15};
  return polynomial(kE, r - 5) / polynomial(kF, r - 5);
}

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

double normal_quantile(double q) {
  const double d = q - 0.5;
  if (std::abs(d) <= 0.425) return central(d);
  const double r = std::sqrt(-std::log(d < 0 ? q : 1 - q));
  const double size = r <= 5 ? near_tail(r) : far_tail(r);
  return d < 0 ? -size : size;
}

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
