#include "audit/figure.h"

#include <limits>

namespace assay::audit {

Bounds<double> Figure::bounds() const {
  const double infinity = std::numeric_limits<double>::infinity();
  const Bounds<double> first = measure.printed();
  const Bounds<double> last = to ? to->printed() : first;
  switch (relation) {
    case Relation::kAtLeast:
      return {first.low, infinity};
    case Relation::kAtMost:
      return {-infinity, last.high};
    case Relation::kEquals:
      break;
  }
  return {first.low, last.high};
}

std::string Figure::text() const {
  std::string text = measure.text;
  if (relation == Relation::kAtLeast) text = ">= " + text;
  if (relation == Relation::kAtMost) text = "<= " + text;
  if (to) text += " to " + to->text;
  return text;
}

}  // namespace assay::audit
