#include "audit/claims/figure.h"

#include <algorithm>
#include <limits>

namespace assay::audit {

std::string_view to_string(Direction direction) {
  switch (direction) {
    case Direction::kAtLeast:
      return "at-least";
    case Direction::kAtMost:
      return "at-most";
    case Direction::kAbout:
      return "about";
    case Direction::kExact:
      break;
  }
  return "equals";
}

Bounds<double> Figure::bounds() const {
  const double infinity = std::numeric_limits<double>::infinity();
  const Bounds<double> first = measure.printed();
  const Bounds<double> last = to ? to->printed() : first;
  switch (direction) {
    case Direction::kAtLeast:
      return {first.low, infinity};
    case Direction::kAtMost:
      return {-infinity, last.high};
    case Direction::kExact:
    case Direction::kAbout:
      break;
  }
  if (interval) {
    return {std::min(first.low, interval->low), std::max(last.high, interval->high)};
  }
  return {first.low, last.high};
}

InputRange Figure::range() const {
  if (interval) return *interval;
  const double value = measure.value;
  const Bounds<double> printed = bounds();
  if (direction == Direction::kAtLeast || direction == Direction::kAtMost) {
    return {Shape::kOpen, value, value, value};
  }
  if (to) return {Shape::kUniform, value, value, to->value};
  if (printed.low == printed.high) return {Shape::kFixed, value, value, value};
  const double low = value > 0 ? std::max(printed.low, 0.0) : printed.low;
  return {Shape::kTriangular, low, value, printed.high};
}

std::string Figure::text() const {
  std::string text = measure.text;
  if (direction == Direction::kAtLeast) text = ">= " + text;
  if (direction == Direction::kAtMost) text = "<= " + text;
  if (direction == Direction::kAbout) text = "~ " + text;
  if (to) text += " to " + to->text;
  return text;
}

}  // namespace assay::audit
