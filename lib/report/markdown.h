#pragma once

#include <string>

#include "report/document.h"

namespace assay::report {

/// The report as Markdown: a table per section, then the claims. Text from records and claims is
/// escaped, so it cannot become markup.
std::string to_markdown(const Document& document);

}  // namespace assay::report
