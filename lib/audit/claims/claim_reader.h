#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "audit/claims/claim.h"

namespace assay::audit {

/// Reads one claim file; its form is CLAIM_FORMAT.md. References to models, devices, sources and
/// other claims are checked later, where the registry is known (ClaimSet). Throws: DataError with
/// file:line:column.
Claim read_claim_file(const std::filesystem::path& path);

/// The same for a text; `name` is what messages call it.
Claim read_claim(std::string_view text, const std::string& name);

}  // namespace assay::audit
