#pragma once

#include "units/sourced.h"

namespace assay::audit {

/// Interval arithmetic on the rounding intervals of printed figures: the values that the result can
/// have where every operand lies anywhere in its interval. Quantities are not negative; a divisor
/// whose interval touches zero gives an unbounded result.
Bounds<double> sum_bounds(Bounds<double> a, Bounds<double> b);
Bounds<double> difference_bounds(Bounds<double> a, Bounds<double> b);
Bounds<double> product_bounds(Bounds<double> a, Bounds<double> b);
Bounds<double> quotient_bounds(Bounds<double> a, Bounds<double> b);

/// The distance between two intervals as a share of `expected`'s middle; 0 where they meet.
/// Positive where `computed` lies above `expected`.
double relative_gap(Bounds<double> computed, Bounds<double> expected);

/// True where the intervals have a point in common. Ends that differ by rounding of doubles meet.
bool intervals_meet(Bounds<double> a, Bounds<double> b);

}  // namespace assay::audit
