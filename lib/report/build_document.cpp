#include "report/build_document.h"

#include <algorithm>
#include <string>

#include "report/sections/sections.h"
#include "report/wording.h"

namespace assay::report {
namespace {

bool is_empty(const Section& section) {
  return section.rows.empty() && section.plots.empty() && section.bars.empty() &&
         section.notes.empty() && section.blocks.empty();
}

bool only_cpu(const ReportInput& input) {
  return !input.runs.empty() &&
         std::all_of(input.runs.begin(), input.runs.end(), [](const RunReport& run) {
           const auto& devices = run.record.manifest().devices;
           return std::all_of(devices.begin(), devices.end(),
                              [](const DeviceInfo& device) { return device.kind == "cpu"; });
         });
}

}  // namespace

std::string run_name(const ReportInput& input, size_t run) {
  const std::string& id = input.runs[run].record.manifest().run_id;
  const auto same = std::count_if(input.runs.begin(), input.runs.end(), [&](const RunReport& r) {
    return r.record.manifest().run_id == id;
  });
  return same == 1 && !id.empty() ? id : input.runs[run].record.dir.string();
}

std::string in_run(const ReportInput& input, size_t run, const std::string& name) {
  return input.runs.size() == 1 ? name : run_name(input, run) + ": " + name;
}

Document build_document(const ReportInput& input) {
  Document document;
  document.title = wording(input.language, "title");
  document.registry_hash = input.registry_hash;
  document.command = input.command;
  document.generated_utc = input.generated_utc;
  document.language = input.language;
  document.verdicts = input.verdicts;
  for (size_t run = 0; run < input.runs.size(); ++run) {
    document.runs.push_back(run_name(input, run));
  }
  if (only_cpu(input) && !input.verdicts.empty()) {
    document.verdict_caveat = wording(input.language, "verdict.cpu_caveat");
  }
  if (input.runs.empty()) return document;
  for (const auto section :
       {summary_section, run_section, loss_section, throughput_section, inference_section,
        phases_section, utilisation_section, energy_section, cost_section, time_section,
        experts_section, sample_section, origin_section}) {
    Section filled = section(input);
    if (!is_empty(filled)) document.sections.push_back(std::move(filled));
  }
  return document;
}

}  // namespace assay::report
