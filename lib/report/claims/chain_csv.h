#pragma once

#include <string>

#include "report/claims/claims_page.h"

namespace assay::report {

/// The chain of every claim as a table: one line for the verdict, each figure, each step and each
/// input of a step, each drawn interval and each cost method. Columns: claim, verdict, line
/// ("verdict", "figure", "step", "input", "interval", "method"), step, rule, kind, result, name,
/// text, value, low, high, interval ("90 %", "printed rounding", "usual"), unit, formula,
/// provenance, source, locator, mark, url. Fields that a spreadsheet takes for formulas are
/// defused.
std::string chain_csv(const ClaimsPage& page);

}  // namespace assay::report
