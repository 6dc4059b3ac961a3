#pragma once

#include <string>
#include <vector>

#include "report/claims/claims_page.h"

namespace assay::test {

/// A page of these claims of the shipped registry, with intervals of few draws and all cost
/// methods; no ids: an atlas of all.
report::ClaimsPage shipped_page(const std::vector<std::string>& ids,
                                audit::Language language = audit::Language::kEnglish);

/// A page of one claim whose every text is markup, script and a spreadsheet's formula.
report::ClaimsPage hostile_page();

}  // namespace assay::test
