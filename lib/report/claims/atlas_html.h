#pragma once

#include <string>

#include "report/claims/claims_page.h"

namespace assay::report {

/// The atlas: the tools of its script, hidden until it runs, and one folded article a claim.
std::string atlas_list_html(const ClaimsPage& page);

}  // namespace assay::report
