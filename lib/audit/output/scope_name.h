#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "audit/output/language.h"

namespace assay::audit {

/// A dimension of the scope ("final-run") as text output names it: in English as claim files write
/// it, in Japanese translated. Anything else comes back unchanged.
std::string scope_name(Language language, std::string_view dimension);

/// The same for a list, joined by commas.
std::string scope_names(Language language, const std::vector<std::string>& dimensions);

}  // namespace assay::audit
