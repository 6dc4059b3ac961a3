#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "audit/claims/claim_set.h"
#include "registry/registry.h"

namespace assay::audit {

/// Every claim: id, kind, date, claimant, subject, headline, title. Absent is null.
nlohmann::ordered_json claim_list_json(const ClaimSet& set, const std::string& registry_hash,
                                       Language language);
/// The same, one line a claim.
std::string claim_list_text(const ClaimSet& set, Language language);

/// One claim with every figure, its source and its mark. Absent is null.
nlohmann::ordered_json claim_json(const Claim& claim, const Registry& registry, Language language);
/// The same for a terminal.
std::string claim_text(const Claim& claim, const Registry& registry, Language language);

}  // namespace assay::audit
