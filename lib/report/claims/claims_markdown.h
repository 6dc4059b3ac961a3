#pragma once

#include <string>

#include "report/claims/claim_article.h"
#include "report/claims/claims_page.h"

namespace assay::report {

/// One claim as Markdown, the verdict first, then its steps, intervals, cost methods, scope and
/// sources. Text is escaped, so it cannot become markup.
std::string claim_markdown(const ArticlePlace& place, const Verdict& verdict);

/// A page of claims as Markdown: a table of the verdicts, each claim, the scope matrix, the known
/// runs and the documents.
std::string claims_markdown(const ClaimsPage& page);

}  // namespace assay::report
