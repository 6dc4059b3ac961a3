#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "audit/claims/claim_set.h"
#include "audit/costs/total_disclosure.h"
#include "audit/output/language.h"
#include "audit/verdict.h"
#include "registry/registry.h"
#include "report/claims/citation.h"

namespace assay::report {

/// Who said what of which model when: what a list of claims is sorted and searched by. Empty where
/// the claim does not say.
struct ClaimFacts {
  std::string kind;
  std::string date;
  std::string claimant;
  std::string model;
  std::string device;
};

/// A claim of the registry with the utilisation that it implies.
struct KnownRun {
  std::string claim;
  std::string title;
  double mfu = 0;         ///< exact causal
  std::string peak_name;  ///< "h800-sxm dense BF16"
};

/// What a page of claims shows, whatever its format.
struct ClaimsPage {
  std::vector<Verdict> verdicts;
  std::map<std::string, ClaimFacts> facts;  ///< by claim
  std::map<std::string, Source> documents;  ///< those that the verdicts cite, by key
  std::vector<KnownRun> known_runs;         ///< of the whole registry, ascending
  std::vector<Band> usual_mfu;              ///< what utilisation is usual
  std::optional<audit::TotalDisclosure> together;
  bool atlas = false;  ///< a list to search and sort instead of one article after the other
  CitedWith cited_with;
  std::string command;
  audit::Language language = audit::Language::kEnglish;
};

/// Where the verdicts come from: what they cite is looked up here.
struct ClaimsOrigin {
  const audit::ClaimSet& set;
  const Registry& registry;
  const std::vector<Verdict>& known;  ///< verdicts of the whole registry, for the known runs
};

/// Gathers what the verdicts of a page cite and what they are held against.
ClaimsPage make_claims_page(std::vector<Verdict> verdicts, const ClaimsOrigin& origin,
                            audit::Language language);

/// The key of a source that an input names as "KEY, locator".
std::string source_key(const CheckInput& input);
/// What stands behind the key: page, table, section; may be empty.
std::string source_locator(const CheckInput& input);

}  // namespace assay::report
