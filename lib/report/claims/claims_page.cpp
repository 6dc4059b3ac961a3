#include "report/claims/claims_page.h"

#include <algorithm>
#include <utility>

namespace assay::report {
namespace {

std::vector<KnownRun> known_runs(const std::vector<Verdict>& verdicts) {
  std::vector<KnownRun> runs;
  for (const Verdict& verdict : verdicts) {
    if (!verdict.implied_mfu) continue;
    runs.push_back({.claim = verdict.claim_id,
                    .title = verdict.title,
                    .mfu = verdict.implied_mfu->exact_causal,
                    .peak_name = verdict.implied_mfu->peak_name});
  }
  std::stable_sort(runs.begin(), runs.end(),
                   [](const KnownRun& a, const KnownRun& b) { return a.mfu < b.mfu; });
  return runs;
}

void add_document(const CheckInput& input, const audit::Claim& claim, const Registry& registry,
                  ClaimsPage& page) {
  const std::string key = source_key(input);
  if (key.empty() || page.documents.contains(key)) return;
  if (const auto own = claim.sources.find(key); own != claim.sources.end()) {
    page.documents.emplace(key, own->second);
  } else if (const auto found = registry.sources().find(key); found != registry.sources().end()) {
    page.documents.emplace(key, found->second);
  }
}

}  // namespace

std::string source_key(const CheckInput& input) {
  return input.source.substr(0, input.source.find(", "));
}

std::string source_locator(const CheckInput& input) {
  const size_t comma = input.source.find(", ");
  return comma == std::string::npos ? std::string() : input.source.substr(comma + 2);
}

ClaimsPage make_claims_page(std::vector<Verdict> verdicts, const ClaimsOrigin& origin,
                            audit::Language language) {
  ClaimsPage page;
  page.language = language;
  page.cited_with.registry_hash = origin.registry.hash();
  page.known_runs = known_runs(origin.known);
  for (const char* id : {"mfu-dense", "mfu-other"}) {
    const auto band = origin.registry.bands().find(id);
    if (band != origin.registry.bands().end()) page.usual_mfu.push_back(band->second);
  }
  for (const Verdict& verdict : verdicts) {
    const audit::Claim& claim = origin.set.claim(verdict.claim_id);
    page.facts.emplace(verdict.claim_id, ClaimFacts{.kind = claim.kind,
                                                    .date = claim.date,
                                                    .claimant = claim.claimant,
                                                    .model = claim.model,
                                                    .device = claim.device});
    for (const CheckInput& input : verdict.sources) {
      add_document(input, claim, origin.registry, page);
    }
    for (const Check& check : verdict.checks) {
      for (const CheckInput& input : check.inputs) {
        add_document(input, claim, origin.registry, page);
      }
    }
  }
  page.verdicts = std::move(verdicts);
  return page;
}

}  // namespace assay::report
