#pragma once

#include <optional>
#include <vector>

#include "audit/claims/figure.h"

namespace assay::audit {

/// What the product of the factors' printed numbers is multiplied by to be in the result's printed
/// unit: 1e-6 for "433 MWh" by "57 gCO2e/kWh" in "tCO2e". A "count" or "x" among the factors may
/// carry any unit (the 6 of 6 N D); devices are counted with or without, since sources print power
/// and time for one device or for all. Nothing where no reading of the units gives the result's.
std::optional<double> product_scale(const std::vector<const Figure*>& factors,
                                    const Figure& result);

}  // namespace assay::audit
