#include "report/claims/claims_markdown.h"

#include <fmt/format.h>

#include <string_view>
#include <vector>

#include "audit/claims/scope.h"
#include "audit/output/number_text.h"
#include "report/html_text.h"
#include "report/markdown_text.h"
#include "report/verdict_text.h"
#include "report/wording.h"

namespace assay::report {
namespace {

using Rows = std::vector<std::vector<std::string>>;

std::string heading(const ClaimsPage& page, std::string_view id) {
  return fmt::format("## {}\n\n", markdown_plain(report::wording(page.language, id)));
}

std::string said(const ClaimsPage& page, std::string_view id) {
  return std::string(report::wording(page.language, id));
}

std::string verdict_rows(const ClaimsPage& page) {
  Rows rows;
  for (const Verdict& verdict : page.verdicts) {
    rows.push_back({verdict.title, verdict.claim_id,
                    said(page, fmt::format("verdict.{}", label_id(verdict))), claimed_text(verdict),
                    recomputed_text(page.language, verdict)});
  }
  return markdown_table({said(page, "claim"), "id", said(page, "verdict"), said(page, "claimed"),
                         said(page, "recomputed")},
                        rows);
}

std::string scope_matrix(const ClaimsPage& page) {
  std::vector<std::string> header{said(page, "claim")};
  header.insert(header.end(), audit::kScopeDimensions.begin(), audit::kScopeDimensions.end());
  Rows rows;
  for (const Verdict& verdict : page.verdicts) {
    std::vector<std::string> row{verdict.claim_id};
    bool stated = false;
    for (const ScopeEntry& entry : verdict.scope) {
      row.emplace_back(entry.state == "included" ? "●" : entry.state == "excluded" ? "○" : "·");
      stated = stated || entry.state != "not-stated";
    }
    if (stated) rows.push_back(std::move(row));
  }
  if (rows.empty()) return {};
  return heading(page, "claims.scope_matrix") +
         markdown_plain(report::wording(page.language, "claims.scope_matrix.note")) + "\n\n" +
         markdown_table(header, rows);
}

std::string known_run_rows(const ClaimsPage& page) {
  if (page.known_runs.empty()) return {};
  Rows rows;
  for (const KnownRun& run : page.known_runs) {
    const std::string mark = page.facts.contains(run.claim) && !page.atlas ? "▶ " : "";
    rows.push_back({mark + run.title, audit::percent_text(run.mfu), run.peak_name});
  }
  return heading(page, "claims.known_runs") +
         markdown_table({said(page, "claim"), said(page, "implied_mfu"), said(page, "claims.peak")},
                        rows);
}

std::string documents(const ClaimsPage& page) {
  std::string text = heading(page, "claims.bibliography");
  for (const auto& [key, source] : page.documents) {
    text += fmt::format("- {}: {}", markdown_plain(key), markdown_plain(source.title));
    if (is_web_address(source.url)) text += fmt::format(" <{}>", source.url);
    text += "\n";
  }
  return text;
}

}  // namespace

std::string claims_markdown(const ClaimsPage& page) {
  std::string text =
      fmt::format("# {}\n\n", markdown_plain(report::wording(page.language, "claims.title")));
  for (const auto& [id, value] :
       {std::pair{"command", &page.command},
        std::pair{"claims.registry_version", &page.cited_with.registry_version},
        std::pair{"registry", &page.cited_with.registry_hash},
        std::pair{"generated", &page.cited_with.accessed}}) {
    if (value->empty()) continue;
    text += fmt::format("- {}: {}\n", markdown_plain(report::wording(page.language, id)),
                        markdown_plain(*value));
  }
  text += "\n" + verdict_rows(page);
  for (const Verdict& verdict : page.verdicts) {
    text += claim_markdown({page.language, &page}, verdict);
  }
  return text + scope_matrix(page) + known_run_rows(page) + documents(page);
}

}  // namespace assay::report
