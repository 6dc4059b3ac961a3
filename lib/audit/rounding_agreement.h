#pragma once

#include "units/sourced.h"

namespace assay {

/// How far a computed value is from a printed one that it agrees with by rounding alone.
struct RoundingAgreement {
  double away = 0;     ///< computed / printed - 1
  double allowed = 0;  ///< the most that the rounding of both explains in that direction, a share
};

namespace audit {

/// `computed` and `printed` above zero, each with the values that its printed digits allow.
RoundingAgreement rounding_agreement(double computed, Bounds<double> computed_bounds,
                                     double printed, Bounds<double> printed_bounds);

}  // namespace audit
}  // namespace assay
