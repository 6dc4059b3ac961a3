#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "report/claims/claims_page.h"

namespace assay::report {

/// Where an article stands: alone in a run's report, or on a page of claims that lists its
/// documents and what it is held against.
struct ArticlePlace {
  audit::Language language = audit::Language::kEnglish;
  const ClaimsPage* page = nullptr;  ///< null: not on a page of claims
};

/// One claim as HTML: the verdict first, then what the number rests on, step by step down to the
/// sources; intervals, what moves them, what would have to be true, cost methods, scope. Every id
/// starts with "claim-ID", so that articles can share a page. Leaves out the heading.
std::string claim_article_html(const ArticlePlace& place, const Verdict& verdict);

/// A table of claims with verdict, claimed and recomputed figure, each leading to its article.
std::string claims_overview_html(const ArticlePlace& place, const std::vector<Verdict>& verdicts);

/// The verdict's word with its sign, coloured.
std::string label_badge_html(audit::Language language, const Verdict& verdict);

/// Parts of an article.
std::string claim_chain_html(const ArticlePlace& place, const Verdict& verdict);
std::string claim_intervals_html(const ArticlePlace& place, const Verdict& verdict);
std::string verdict_table_html(const VerdictTable& table);

/// What a fragment of an address leads to: letters, digits, '-', '.' and '_' stay, any other byte
/// becomes "~" and two hex digits, so that no two names meet.
std::string fragment_id(std::string_view name);

}  // namespace assay::report
