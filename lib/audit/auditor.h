#pragma once

#include "audit/claim_set.h"
#include "audit/evidence.h"
#include "audit/language.h"
#include "audit/verdict.h"
#include "registry/registry.h"

namespace assay::audit {

/// Judges one claim: applies every rule and then the verdict rule. The references of the claim are
/// checked first. Throws: DataError where one leads nowhere.
Verdict judge(const Claim& claim, const ClaimSet& set, const Registry& registry,
              const Evidence& evidence, Language language);

}  // namespace assay::audit
