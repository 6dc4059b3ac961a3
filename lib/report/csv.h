#pragma once

#include <string>

#include "report/document.h"

namespace assay::report {

/// One line per figure: subject (a run, or a claim), section, key, value, unit, text, provenance,
/// note. Fields are quoted as RFC 4180 has it; one that a spreadsheet would take for a formula gets
/// an apostrophe before it.
std::string to_csv(const Document& document);

}  // namespace assay::report
