#pragma once

#include <catch2/catch.hpp>

#include <algorithm>
#include <filesystem>
#include <string>

#include "audit/auditor.h"
#include "audit/claims/claim_reader.h"
#include "error/error.h"

namespace assay::audit {

inline std::filesystem::path source_dir() { return ASSAY_SOURCE_DIR; }

/// The repository's registry, read once.
inline const Registry& registry() {
  static const Registry loaded = Registry::load(source_dir() / "configs" / "registry");
  return loaded;
}

inline const ClaimSet& registry_claims() {
  static const ClaimSet set = ClaimSet::load(registry().root());
  return set;
}

/// The verdict on a claim of the registry.
inline Verdict audited(const std::string& id, Language language = Language::kEnglish) {
  return judge(registry_claims().claim(id), registry_claims(), registry(), Evidence{}, language);
}

/// The verdict on claims given as text, judged among those of the registry; of the last one.
inline Verdict audited_text(const std::vector<std::string>& texts, const Evidence& evidence = {}) {
  ClaimSet set = registry_claims();
  std::string id;
  for (const std::string& text : texts) id = set.add(read_claim(text, "claim.toml")).id;
  return judge(set.claim(id), set, registry(), evidence, Language::kEnglish);
}

/// The head that every claim text of the tests needs.
inline std::string claim_head(const std::string& id, const std::string& kind,
                              const std::string& headline, const std::string& more = "") {
  return "id = \"" + id + "\"\nkind = \"" + kind + "\"\nheadline = \"" + headline +
         "\"\nclaimant = \"somebody\"\ndate = \"2024-12\"\n" +
         (more.find("subject") == std::string::npos ? "subject = \"test-model\"\n" : "") + more +
         "[title]\nen = \"t\"\nja = \"t\"\n[statement]\nen = \"s\"\nja = \"s\"\n"
         "[source]\nkey = \"dsv3-tr\"\nmark = \"seen\"\n[scope]\nfinal-run = \"included\"\n";
}

inline std::string label_name(const Verdict& verdict) {
  return verdict.label ? std::string(to_string(*verdict.label)) : "null";
}

inline bool flagged(const Verdict& verdict, const std::string& rule) {
  return std::find(verdict.flags.begin(), verdict.flags.end(), rule) != verdict.flags.end();
}

/// The first check of a rule; fails the test where there is none.
inline const Check& check_of(const Verdict& verdict, const std::string& rule) {
  const auto found = std::find_if(verdict.checks.begin(), verdict.checks.end(),
                                  [&](const Check& check) { return check.rule == rule; });
  INFO(rule);
  REQUIRE(found != verdict.checks.end());
  return *found;
}

inline bool has_check(const Verdict& verdict, const std::string& rule) {
  return std::any_of(verdict.checks.begin(), verdict.checks.end(),
                     [&](const Check& check) { return check.rule == rule; });
}

/// What reading a text throws; empty where it does not throw.
inline std::string fault_of(const std::string& text) {
  try {
    (void)audited_text({text});
  } catch (const DataError& error) {
    return error.what();
  }
  return {};
}

/// A claim of a cost with these figures in its total.
inline std::string cost_claim(const std::string& total, const std::string& rest = "",
                              const std::string& more = "") {
  return claim_head("test-claim", "cost", "total.money", more) + rest + "[total]\n" + total;
}

inline CheckResult result_of(const Verdict& verdict, const std::string& rule) {
  return check_of(verdict, rule).result;
}

}  // namespace assay::audit
