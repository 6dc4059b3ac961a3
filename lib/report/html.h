#pragma once

#include <string>

#include "report/document.h"
#include "report/report_input.h"

namespace assay {

/// The report as one self-contained HTML file: no script, nothing from the network, all text
/// escaped, links only to http and https addresses.
std::string render_html(const ReportInput& input);

namespace report {

/// Writes a document that is already built.
std::string to_html(const Document& document);
/// The part of it that shows the claims.
std::string verdicts_html(const Document& document);
/// The style sheet.
std::string_view html_style();

}  // namespace report
}  // namespace assay
