#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "audit/claims/claim_set.h"
#include "audit/costs/cost_estimate.h"
#include "audit/costs/cost_methods.h"
#include "audit/evidence.h"
#include "audit/output/language.h"
#include "registry/registry.h"

namespace assay::audit {

/// A dimension that the sum holds for some of the claims only.
struct PartScope {
  std::string dimension;
  std::vector<std::string> included_by;  ///< ids of claims
  std::vector<std::string> excluded_by;
};

/// What several claims disclose together: the sum of their headlines, what it includes, and what it
/// would be as the final runs of a programme like the published ones.
struct TotalDisclosure {
  std::vector<std::string> claims;
  /// `covers` holds the scope dimensions that some include and none excludes.
  CostEstimate sum;
  std::vector<PartScope> partly;          ///< dimensions that some include and others exclude
  std::vector<std::string> not_included;  ///< dimensions that none of them includes
  std::vector<CostEstimate> programmes;   ///< empty where ablations are included already
};

/// Adds up the headlines of claims. Throws: DataError where one has no amount of money, where
/// currencies differ, where one states a bound or a range, or where two are of one subject, whose
/// costs would be counted twice.
TotalDisclosure total_disclosure(const std::vector<const Claim*>& claims, const ClaimSet& set,
                                 const Registry& registry, const CostMethods& methods,
                                 const Evidence& evidence, Language language);

/// `{"claims", "value", "unit", "low", "high", "level", "formula", "included", "partly_included",
/// "not_included", "programmes": [{"title", "value", "low", "high", "formula", "source"}]}`.
nlohmann::ordered_json total_disclosure_json(const TotalDisclosure& total);

/// The same for a terminal.
std::string total_disclosure_text(const TotalDisclosure& total, Language language);

}  // namespace assay::audit
