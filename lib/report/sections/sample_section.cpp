#include <fmt/format.h>

#include "report/section_builder.h"
#include "report/sections/sections.h"

namespace assay::report {

Section sample_section(const ReportInput& input) {
  SectionBuilder section("sample", input.runs.size(), input.language);
  for (size_t i = 0; i < input.runs.size(); ++i) {
    const std::optional<GeneratedSample>& sample = input.runs[i].summary.sample;
    if (!sample) continue;
    const std::string after = fmt::format(fmt::runtime(section.say("sample.after")), sample->step);
    section.section().blocks.push_back(
        {.label = in_run(input, i, after), .text = sample->text, .folded = false});
  }
  return section.take();
}

}  // namespace assay::report
