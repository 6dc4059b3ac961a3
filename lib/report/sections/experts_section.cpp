#include <fmt/format.h>

#include "report/number_text.h"
#include "report/section_builder.h"
#include "report/sections/sections.h"

namespace assay::report {
namespace {

StackedBar bar_of(const ReportInput& input, size_t run, const ExpertLoad& load,
                  const SectionBuilder& section) {
  const std::string layer = fmt::format(fmt::runtime(section.say("plot.layer")), load.layer);
  StackedBar bar{.label = in_run(input, run, layer), .parts = {}};
  for (size_t expert = 0; expert < load.shares.size(); ++expert) {
    bar.parts.push_back({.name = fmt::format("{}", expert),
                         .text = number_text(load.shares[expert], "share"),
                         .share = load.shares[expert],
                         .colour = std::nullopt});
  }
  return bar;
}

}  // namespace

Section experts_section(const ReportInput& input) {
  SectionBuilder section("experts", input.runs.size(), input.language);
  BarPlot plot{.title = section.say("plot.experts"), .bars = {}};
  for (size_t run = 0; run < input.runs.size(); ++run) {
    for (const ExpertLoad& load : input.runs[run].summary.expert_loads) {
      section.cell(run, fmt::format("expert_load.{}", load.layer),
                   fmt::format(fmt::runtime(section.say("expert_load")), load.layer),
                   {.value = load.max_over_mean,
                    .unit = "x",
                    .text = fmt::format("{:.3f} ×", load.max_over_mean),
                    .provenance = std::nullopt,
                    .note = {}});
      plot.bars.push_back(bar_of(input, run, load, section));
    }
  }
  if (!plot.bars.empty()) section.section().bars.push_back(std::move(plot));
  return section.take();
}

}  // namespace assay::report
