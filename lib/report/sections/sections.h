#pragma once

#include <string>

#include "report/document.h"
#include "report/report_input.h"

/// One function per section of a report; each puts every run of the input into its columns.
namespace assay::report {

Section summary_section(const ReportInput& input);
Section run_section(const ReportInput& input);
Section loss_section(const ReportInput& input);
Section throughput_section(const ReportInput& input);
Section inference_section(const ReportInput& input);
Section phases_section(const ReportInput& input);
Section utilisation_section(const ReportInput& input);
Section energy_section(const ReportInput& input);
Section cost_section(const ReportInput& input);
Section time_section(const ReportInput& input);
Section experts_section(const ReportInput& input);
Section sample_section(const ReportInput& input);
Section origin_section(const ReportInput& input);

/// The name of a run in columns and legends: its id, or its directory where ids repeat.
std::string run_name(const ReportInput& input, size_t run);

/// `name`, with the run before it where there are several.
std::string in_run(const ReportInput& input, size_t run, const std::string& name);

}  // namespace assay::report
