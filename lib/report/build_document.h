#pragma once

#include "report/document.h"
#include "report/report_input.h"

namespace assay::report {

/// Puts the numbers of `input` into rows, plots and notes, in the chosen language.
Document build_document(const ReportInput& input);

}  // namespace assay::report
