#include <fmt/format.h>

#include "report/number_text.h"
#include "report/section_builder.h"
#include "report/sections/sections.h"

namespace assay::report {

Section phases_section(const ReportInput& input) {
  SectionBuilder section("phases", input.runs.size(), input.language);
  BarPlot plot{.title = section.say("plot.phases"), .bars = {}};
  for (size_t run = 0; run < input.runs.size(); ++run) {
    const RunSummary& summary = input.runs[run].summary;
    if (!summary.mean_phases) continue;
    StackedBar bar{.label = run_name(input, run), .parts = {}};
    for (size_t i = 0; i < kPhases.size(); ++i) {
      const std::string key = fmt::format("phase.{}", to_string(kPhases[i]));
      const double seconds = (*summary.mean_phases)[i].value();
      const double share = (*summary.phase_shares)[i];
      section.number(run, key, seconds, "s", number_text(share, "share"));
      bar.parts.push_back({.name = section.say(key),
                           .text = number_text(seconds, "s"),
                           .share = share,
                           .colour = std::nullopt});
    }
    if (summary.mean_unphased) {
      section.number(run, "phase.unphased", summary.mean_unphased->value(), "s",
                     number_text(*summary.unphased_share, "share"));
    }
    plot.bars.push_back(std::move(bar));
  }
  if (!plot.bars.empty()) section.section().bars.push_back(std::move(plot));
  return section.take();
}

}  // namespace assay::report
