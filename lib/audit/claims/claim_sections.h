#pragma once

#include "audit/claims/claim.h"
#include "audit/claims/claim_table.h"

namespace assay::audit {

/// Reads `[scope]`: dimensions that are not named are not stated.
Scope read_scope(ClaimTable& claim);

/// Reads `[total]`, `[[stages]]`, `[[runs]]` and `[figures]`.
void read_parts(ClaimTable& table, const SourceRef& fallback, Claim& claim);

/// Reads what a claim says of its figures: `[[ratios]]`, `[[conversions]]`, `[[sums]]`,
/// `[[products]]`.
void read_statements(ClaimTable& table, const SourceRef& fallback, Claim& claim);

/// Reads the lists that stand beside the figures: fleets, shares, price options, candidates, peers,
/// remarks, variants, estimates and references.
void read_lists(ClaimTable& table, const SourceRef& fallback, Claim& claim);

}  // namespace assay::audit
