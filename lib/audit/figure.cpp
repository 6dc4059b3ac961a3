#include "audit/figure.h"

#include <limits>

namespace assay::audit {

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
      break;
  }
  return {first.low, last.high};
}

std::string Figure::text() const {
  std::string text = measure.text;
  if (direction == Direction::kAtLeast) text = ">= " + text;
  if (direction == Direction::kAtMost) text = "<= " + text;
  if (to) text += " to " + to->text;
  return text;
}

}  // namespace assay::audit
