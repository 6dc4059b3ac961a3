#pragma once

#include "audit/rule_context.h"

namespace assay::audit {

/// How far beyond everything that was published a figure must lie to be flagged.
inline constexpr double kPublishedMargin = 1.5;

/// The printed PUE of a part at the upper end of its rounding, but no more than was ever published
/// (band `published-pue`); one where none is printed. What else is judged with it is not excused by
/// a PUE that no building has.
double believable_pue(const RuleContext& context, const ClaimPart& part);

}  // namespace assay::audit
