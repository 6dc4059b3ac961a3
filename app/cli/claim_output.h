#pragma once

#include <optional>
#include <string>
#include <vector>

#include "audit/claims/claim_set.h"
#include "audit/costs/total_disclosure.h"
#include "audit/output/language.h"
#include "audit/verdict.h"
#include "registry/registry.h"
#include "report/claims/claims_page.h"

namespace assay::app {

/// How `assay audit` is to write claims: --format and --out.
struct ClaimOutput {
  std::string format;  ///< "text", "html", "md", "csv", "json" or "cite"
  std::string out;     ///< file; empty or "-": standard output
};

/// Reads --format and --out; `json` is the older --json. Throws: ConfigError for an unknown format
/// and for two that differ.
ClaimOutput claim_output(const std::string& format, const std::string& out, bool json);

/// True where the format is a page of claims, which shows cost methods and known runs.
bool is_page(const ClaimOutput& output);

/// The command line as one would type it again.
std::string typed_again(const std::string& command, const std::vector<std::string>& args);

/// What citations name: registry version and hash, program, today.
report::CitedWith cited_with(const Registry& registry);

/// A page of these verdicts. Audits the whole registry without draws to hold them against.
report::ClaimsPage claims_page(std::vector<Verdict> verdicts, const audit::ClaimSet& set,
                               const Registry& registry, audit::Language language);

/// The page in the format: "html", "md", "csv" or "cite".
std::string render_claims(const report::ClaimsPage& page, const std::string& format);

}  // namespace assay::app
