#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "audit/bulk/bulk_audit.h"
#include "report/claims/claims_page.h"

namespace assay::report {

/// Claims as one self-contained HTML file: readable without its script, which opens what a link
/// leads to and, in the atlas (a list of folded articles), searches, filters and sorts. The
/// Content-Security-Policy allows that script alone, by its hash, and nothing from the network.
/// Every text is escaped; links lead to http and https addresses only.
std::string claims_html(const ClaimsPage& page);

/// What a table's audit comes to, with the implied utilisation by year and device as charts and
/// every row. `registry_hash` and `command` say how to make it again.
std::string bulk_html(const audit::BulkAudit& audit, const std::string& registry_hash,
                      const std::string& command, audit::Language language);

/// The frame that both share: head with style and policy, `main`, footer.
struct HtmlFrame {
  audit::Language language = audit::Language::kEnglish;
  std::string kicker;
  std::string title;
  std::vector<std::pair<std::string, std::string>> meta;  ///< name and value, shown as code below
  std::vector<std::pair<std::string, std::string>> navigation;  ///< fragment and title
  std::string script;                                           ///< empty: none is allowed
};
std::string framed_html(const HtmlFrame& frame, const std::string& main);

/// Opens the folded part that a link leads to.
std::string_view reveal_script();
/// The atlas' script: search, filters, order and keys over what the page already holds.
std::string_view atlas_script();
/// What claims need beside html_style().
std::string_view claims_style();

}  // namespace assay::report
