#pragma once

#include "audit/claims/claim_set.h"

namespace assay::audit {

/// Fails at the place of the operand where a sum, a product or a ratio of the claim has its own
/// result among its operands, itself or through further statements of the same kind: such a
/// statement holds whatever the figures are. So does a ratio of a figure to itself; a sum that
/// counts a row twice, or rows of another dimension than its total, is refused as well. Throws:
/// DataError.
void check_statement_circles(const ClaimSet& set, const Claim& claim);

}  // namespace assay::audit
