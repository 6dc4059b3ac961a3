#include "audit/figure.h"

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
  return {first.low, last.high};
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
