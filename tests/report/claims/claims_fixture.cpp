#include "claims_fixture.h"

#include "audit/auditor.h"
#include "audit/claims/claim_reader.h"
#include "audit/costs/cost_models.h"

namespace assay::test {
namespace {

const Registry& shipped() {
  static const Registry registry =
      Registry::load(std::string(ASSAY_SOURCE_DIR) + "/configs/registry");
  return registry;
}

report::ClaimsPage page_of(const std::vector<std::string>& ids, const audit::ClaimSet& set,
                           audit::Language language) {
  audit::Evidence with;
  with.plan.draws = 200;
  with.cost_models = audit::parse_cost_models("all");
  std::vector<Verdict> verdicts;
  for (const std::string& id : ids) {
    verdicts.push_back(audit::judge(set.claim(id), set, shipped(), with, language));
  }
  const std::vector<Verdict> known = verdicts;
  report::ClaimsPage page = report::make_claims_page(
      std::move(verdicts), {.set = set, .registry = shipped(), .known = known}, language);
  page.cited_with.registry_version = "2026.11";
  page.cited_with.program_version = "0.1.0";
  page.cited_with.accessed = "2026-11-22";
  page.command = "assay audit";
  return page;
}

}  // namespace

report::ClaimsPage shipped_page(const std::vector<std::string>& ids, audit::Language language) {
  static const audit::ClaimSet set = audit::ClaimSet::load(shipped().root());
  std::vector<std::string> wanted = ids;
  if (wanted.empty()) {
    for (const auto& [id, claim] : set.claims()) wanted.push_back(id);
  }
  report::ClaimsPage page = page_of(wanted, set, language);
  page.atlas = ids.empty();
  return page;
}

report::ClaimsPage hostile_page() {
  static const char* const kText = R"toml(
id = "hostile"
kind = "cost"
headline = "total.money"
subject = "=2+2"
claimant = "=cmd|' /C calc'!A0"
[title]
en = "</title><script>alert(1)</script>"
ja = "=1+1"
[statement]
en = "@SUM(1) \" onmouseover=alert(1) <img src=x onerror=alert(1)> | **bold** [x](javascript:alert(1))"
ja = "x"
[source]
key = "own"
locator = "-1+1, <b>page</b>"
mark = "seen"
[sources.own]
title = "<script>alert(2)</script>"
url = "javascript:alert(3)"
hand = "first"
[total]
money = "10 USD"
hours = "5 gpu_h"
price = "2 USD/gpu_h"
)toml";
  audit::ClaimSet set = audit::ClaimSet::load(shipped().root());
  set.add(audit::read_claim(kText, "hostile.toml"));
  return page_of({"hostile"}, set, audit::Language::kEnglish);
}

}  // namespace assay::test
