#include "audit/claims/figure.h"

#include <algorithm>
#include <cmath>
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
    case Direction::kMagnitude:
      return "magnitude";
    case Direction::kExact:
      break;
  }
  return "equals";
}

namespace {

constexpr double kAbout = 0.1;
constexpr double kWidestAbout = 0.3;

// "About" and "roughly" leave a tenth; three tenths where a contradiction is asked for.
Bounds<double> roughly(const Measure& measure, double share_of_value) {
  double width = share_of_value * std::abs(measure.value);
  const bool share = measure.unit == "%" && measure.value > 0 && measure.value < 1;
  if (share) width = std::min(width, 0.3 * (1 - measure.value));
  const Bounds<double> printed = measure.printed();
  return {std::min(printed.low, measure.value - width),
          std::max(printed.high, measure.value + width)};
}

// "An order of magnitude", "hundreds": half an order either side.
Bounds<double> half_an_order(const Measure& from, const Measure& to) {
  const double half = std::sqrt(10.0);
  return {from.value / half, to.value * half};
}

Bounds<double> allowed(const Figure& figure, Bounds<double> (Measure::*rounding)() const,
                       double about) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  Bounds<double> first = (figure.measure.*rounding)();
  Bounds<double> last = figure.to ? ((*figure.to).*rounding)() : first;
  switch (figure.direction) {
    case Direction::kAtLeast:
      return {first.low, kInfinity};
    case Direction::kAtMost:
      return {-kInfinity, last.high};
    case Direction::kAbout:
      first = {std::min(first.low, roughly(figure.measure, about).low), first.high};
      last = {last.low,
              std::max(last.high, roughly(figure.to ? *figure.to : figure.measure, about).high)};
      break;
    case Direction::kMagnitude:
      return half_an_order(figure.measure, figure.to ? *figure.to : figure.measure);
    case Direction::kExact:
      break;
  }
  if (!figure.interval) return {first.low, last.high};
  return {std::min(first.low, figure.interval->low), std::max(last.high, figure.interval->high)};
}

}  // namespace

Bounds<double> Figure::bounds() const { return allowed(*this, &Measure::printed, kAbout); }

Bounds<double> Figure::widest() const { return allowed(*this, &Measure::widest, kWidestAbout); }

Bounds<double> Figure::stated() const {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  const Measure& last = to ? *to : measure;
  if (direction == Direction::kAtLeast) return {measure.value, kInfinity};
  if (direction == Direction::kAtMost) return {-kInfinity, last.value};
  if (direction == Direction::kMagnitude) return half_an_order(measure, last);
  return {measure.value, last.value};
}

InputRange Figure::range() const {
  if (interval) return *interval;
  const double value = measure.value;
  if (direction == Direction::kMagnitude) {
    const Bounds<double> half = stated();
    return {Shape::kLogNormal, half.low, value, half.high};
  }
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
  if (direction == Direction::kMagnitude) text = "~~ " + text;
  if (to) text += " to " + to->text;
  return text;
}

bool contradicts_nothing(const Figure& figure) {
  return figure.recalled() || figure.source.mark == "derived";
}

}  // namespace assay::audit
