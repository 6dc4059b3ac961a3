#include "audit/rounding_agreement.h"

namespace assay::audit {

RoundingAgreement rounding_agreement(double computed, Bounds<double> computed_bounds,
                                     double printed, Bounds<double> printed_bounds) {
  const double away = computed / printed - 1;
  if (away > 0) {
    return {away, computed / computed_bounds.low * (printed_bounds.high / printed) - 1};
  }
  return {away, 1 - computed / computed_bounds.high * (printed_bounds.low / printed)};
}

}  // namespace assay::audit
