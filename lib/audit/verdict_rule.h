#pragma once

#include <optional>
#include <string>

#include "audit/finding.h"
#include "audit/rule_context.h"
#include "audit/verdict.h"

namespace assay::audit {

/// What is missing to compute a headline that no check could touch: the operands for its unit.
void add_missing(const RuleContext& context, Findings& findings);

/// The verdict rule. First match: inconsistent: at least one fail; unverifiable: something is
/// missing; reproduced: the headline was recomputed from at least two other published inputs within
/// their rounding, no physics, power or measurement check is a flag, and neither the headline nor
/// every operand is recalled; plausible: a physics, price, power or measurement check passes, an
/// independent range contains the value, or the headline was recomputed and only a recalled input
/// stands against more; else unverifiable. Nothing for context entries without a fail.
std::optional<Label> label_of(const RuleContext& context, const Findings& findings);

/// The verdict's one sentence.
std::string verdict_sentence(const RuleContext& context, const Findings& findings,
                             std::optional<Label> label);

}  // namespace assay::audit
