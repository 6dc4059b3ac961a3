#pragma once

#include <vector>

#include "audit/finding.h"
#include "audit/rule_context.h"
#include "audit/uncertainty/uncertain_number.h"

namespace assay::audit {

/// The computed numbers of a verdict with their intervals: the recomputed headline, the implied
/// utilisation and price, and the headline as it would follow from parameters, tokens, a usual
/// utilisation and the market's price. `recomputed` is the finding that the verdict shows, or null.
std::vector<UncertainNumber> uncertain_numbers(const RuleContext& context, const Findings& findings,
                                               const Finding* recomputed);

}  // namespace assay::audit
