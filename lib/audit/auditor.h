#pragma once

#include <functional>

#include "audit/claims/claim_set.h"
#include "audit/evidence.h"
#include "audit/finding.h"
#include "audit/output/language.h"
#include "audit/rule_context.h"
#include "audit/verdict.h"
#include "registry/registry.h"

namespace assay::audit {

/// Judges one claim: applies every rule and then the verdict rule. The references of the claim are
/// checked first. Throws: DataError where one leads nowhere.
Verdict judge(const Claim& claim, const ClaimSet& set, const Registry& registry,
              const Evidence& evidence, Language language);

/// Rules beside the general ones, for claims that were made of a table's row.
using ExtraRules = std::function<void(const RuleContext&, Findings&)>;

/// The same for a claim whose references need no check: its names were made by us.
Verdict judge_made(const Claim& claim, const ClaimSet& set, const Registry& registry,
                   Language language, const ExtraRules& extra);

}  // namespace assay::audit
