#pragma once

#include <string>
#include <utility>

#include "audit/rule_context.h"
#include "audit/training_compute.h"
#include "audit/verdict.h"

namespace assay::audit {

/// Whether a share of `peak` (the dense peak in 16 bits) is usual, and the sentence that says so.
/// `inside`: it lies in the band. One above it passes too where the part states a narrower
/// precision and the share of that precision's peak lies in the band.
std::pair<CheckResult, std::string> usual_share(const RuleContext& context, const ClaimPart& part,
                                                double mfu, bool inside,
                                                const std::string& convention, const Peak& peak,
                                                const Band& band);

}  // namespace assay::audit
