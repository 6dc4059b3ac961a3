#pragma once

#include <vector>

#include "audit/output/language.h"
#include "audit/verdict.h"

namespace assay::audit {

/// For every uncertain number of a verdict: the inputs that move it, the most moving first, and
/// what each would have to be for the claim to hold.
std::vector<VerdictTable> uncertainty_tables(const Verdict& verdict, Language language);

/// "5,576,000 USD (90 %: 5,390,000 - 5,760,000)".
std::string interval_text(const UncertainNumber& number, double scale, const std::string& unit);

}  // namespace assay::audit
