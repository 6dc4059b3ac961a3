#pragma once

#include <optional>

#include "audit/rule_context.h"
#include "audit/uncertainty/term.h"

namespace assay::audit {

/// FLOPs of one forward pass of one token, the least that can be meant: twice the matrix weights
/// that a token meets (attention left out), from the registered shape, else from the model's
/// published or the part's printed active parameters. Nothing where only stored parameters are
/// known.
std::optional<Term> forward_flops_term(const RuleContext& context, const ClaimPart& part);

}  // namespace assay::audit
