#pragma once

#include <optional>
#include <string_view>

#include "units/sourced.h"

namespace assay::audit {

/// How an input lies within its interval.
enum class Shape { kFixed, kUniform, kTriangular, kNormal, kLogNormal, kOpen };
/// "fixed", "uniform", "triangular", "normal", "lognormal", "open": as claim files write it.
std::string_view to_string(Shape shape);
/// The shape of a claim file's word; nothing for other words, and for "fixed" and "open".
std::optional<Shape> shape_named(std::string_view word);

/// An input as an interval with a stated shape. For uniform and triangular ones `low` and `high`
/// are the ends, and the triangle's peak is at `mode`; for normal and lognormal ones they are the
/// 5th and 95th percentile, as declared 90 % ranges are. An open interval ("more than") has no
/// distribution.
struct InputRange {
  Shape shape = Shape::kFixed;
  double low = 0;
  double mode = 0;
  double high = 0;
};

/// The value below which the share `q` (0 to 1, ends excluded) of a range lies. Scaling a range
/// scales its quantiles. Not for open ranges.
double quantile(const InputRange& range, double q);

/// The standard normal's quantile.
double normal_quantile(double q);

}  // namespace assay::audit
