#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "audit/comparison/comparison_of_claims.h"
#include "audit/output/number_text.h"
#include "audit/output/verdict_json.h"

namespace assay::audit {
namespace {

using Json = nlohmann::ordered_json;

Json pair_json(const ComparedPair& pair) {
  return {{"a", pair.a},
          {"b", pair.b},
          {"ratio", pair.ratio ? Json(*pair.ratio) : Json(nullptr)},
          {"formula", pair.formula.empty() ? Json(nullptr) : Json(pair.formula)},
          {"flags", pair.terms.flags}};
}

std::string pair_text(const ComparedPair& pair) {
  std::string out = fmt::format("    {}\n    {}\n      {}\n", printable(pair.a), printable(pair.b),
                                printable(pair.formula));
  for (const std::string& flag : pair.terms.flags) {
    out += fmt::format("      ! {}\n", printable(flag));
  }
  return out;
}

}  // namespace

nlohmann::ordered_json comparison_json(const ClaimComparison& comparison,
                                       const std::string& registry_hash) {
  Json nearest = Json::array();
  for (const ComparedPair& pair : comparison.nearest) nearest.push_back(pair_json(pair));
  const bool shown = comparison.comparable && comparison.headline;
  return {{"schema_version", kVerdictSchemaVersion},
          {"registry_hash", registry_hash},
          {"a", comparison.a},
          {"b", comparison.b},
          {"quantity", comparison.quantity.empty() ? Json(nullptr) : Json(comparison.quantity)},
          {"comparable", comparison.comparable},
          {"ratio",
           shown && comparison.headline->ratio ? Json(*comparison.headline->ratio) : Json(nullptr)},
          {"formula", shown ? Json(comparison.headline->formula) : Json(nullptr)},
          {"flags", shown ? Json(comparison.headline->terms.flags) : Json::array()},
          {"reasons", comparison.reasons},
          {"nearest", std::move(nearest)}};
}

std::string comparison_text(const ClaimComparison& comparison, Language language) {
  std::string out;
  if (comparison.comparable) {
    out = fmt::format("{} : {}\n{}", printable(comparison.a), printable(comparison.b),
                      pair_text(*comparison.headline));
    return out;
  }
  out = fmt::format("{} : {} - {}\n", printable(comparison.a), printable(comparison.b),
                    wording(language, "comparison_refused"));
  for (const std::string& reason : comparison.reasons) {
    out += fmt::format("  - {}\n", printable(reason));
  }
  if (comparison.nearest.empty()) {
    return out + fmt::format("  {}\n", wording(language, "refused_quantity"));
  }
  out += fmt::format("  {}:\n", wording(language, "table_candidates"));
  for (const ComparedPair& pair : comparison.nearest) out += pair_text(pair);
  return out;
}

}  // namespace assay::audit
