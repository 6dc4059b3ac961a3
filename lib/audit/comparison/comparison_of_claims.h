#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "audit/claims/claim_set.h"
#include "audit/uncertainty/like_terms.h"
#include "registry/registry.h"

namespace assay::audit {

/// Two figures of one dimension beside each other.
struct ComparedPair {
  std::string a;  ///< "dsv3-total-2788k, GPU-hours: 2.788e6 gpu_h"
  std::string b;
  std::string formula;  ///< "2788000 / 30840000 = 0.09040207 x"; empty where it is refused
  std::optional<double> ratio;
  LikeTerms terms;
};

/// What comparing two claims gives.
struct ClaimComparison {
  std::string a;
  std::string b;
  std::string quantity;  ///< "total.money": that of the headline pair
  bool comparable = false;
  std::optional<ComparedPair> headline;  ///< the headlines, where both have one
  std::vector<std::string> reasons;      ///< why their ratio is refused
  std::vector<ComparedPair> nearest;     ///< pairs on like terms, the nearest first
};

/// Compares the headlines of two claims. Where their ratio is refused, `nearest` holds the pairs of
/// figures of the same dimension that can be compared: equal roles of totals, stages and runs, and
/// sums over the stages whose scope both sides include.
ClaimComparison compare_claims(const Claim& a, const Claim& b, const ClaimSet& set,
                               const Registry& registry, Language language);

/// `{"schema_version", "registry_hash", "a", "b", "quantity", "comparable", "ratio", "formula",
/// "flags", "reasons", "nearest"}`; absent is null.
nlohmann::ordered_json comparison_json(const ClaimComparison& comparison,
                                       const std::string& registry_hash);

/// The same for a terminal.
std::string comparison_text(const ClaimComparison& comparison, Language language);

}  // namespace assay::audit
