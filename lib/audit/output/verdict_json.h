#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "audit/verdict.h"

namespace assay::audit {

/// Version of the shape below; raised when a key changes its meaning or goes.
inline constexpr int kVerdictSchemaVersion = 1;

/// One verdict as `assay audit --json` prints it. Absent values are null; ratios are 0 to 1; every
/// number stands beside its unit.
nlohmann::ordered_json verdict_json(const Verdict& verdict);

/// The whole answer: schema_version, registry_hash and the claims in the order given.
nlohmann::ordered_json audit_json(const std::vector<Verdict>& verdicts,
                                  const std::string& registry_hash);

}  // namespace assay::audit
