#pragma once

#include <vector>

#include "audit/output/language.h"
#include "audit/verdict.h"

namespace assay::audit {

/// For every uncertain number of a verdict: the inputs that move it, the most moving first, and
/// what each would have to be for the claim to hold.
std::vector<VerdictTable> uncertainty_tables(const Verdict& verdict, Language language);

}  // namespace assay::audit
