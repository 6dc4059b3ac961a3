#include <fmt/format.h>

#include <array>
#include <optional>

#include "report/number_text.h"
#include "report/section_builder.h"
#include "report/sections/sections.h"

namespace assay::report {
namespace {

// Productive time is green, lost time stands out, startup is grey.
constexpr std::array<size_t, kRunStates.size()> kStateColours{6, 2, 0, 4, 1, 5};

void add_time_rows(size_t index, const TimeAccount& time, SectionBuilder& section) {
  section.number(index, "held", time.held.value(), "s");
  section.number(index, "goodput", time.goodput, "share");
  section.number(index, "device_hours", time.device_hours.value(), "device_h");
  section.number(index, "processes", static_cast<double>(time.num_processes), "count");
  if (time.num_processes > 1) {
    section.number(index, "between_processes", time.between_processes.value(), "s");
  }
  if (!time.stopped) {
    section.number(index, "unsecured", time.unsecured.value(), "s",
                   section.say("status.open.note"));
  }
}

}  // namespace

Section time_section(const ReportInput& input) {
  SectionBuilder section("time", input.runs.size(), input.language);
  section.section().intro = section.say("time.intro");
  BarPlot plot{.title = section.say("plot.time"), .bars = {}};
  for (size_t run = 0; run < input.runs.size(); ++run) {
    const TimeAccount& time = input.runs[run].time;
    StackedBar bar{.label = run_name(input, run), .parts = {}};
    for (size_t i = 0; i < kRunStates.size(); ++i) {
      const std::string key = fmt::format("state.{}", to_string(kRunStates[i]));
      const std::optional<double>& share = time.shares[i];
      section.number(run, key, time.states[i].value(), "s",
                     share ? number_text(*share, "share") : std::string());
      bar.parts.push_back({.name = section.say(key),
                           .text = number_text(time.states[i].value(), "s"),
                           .share = share.value_or(0),
                           .colour = kStateColours[i]});
    }
    plot.bars.push_back(std::move(bar));
    add_time_rows(run, time, section);
    for (const std::string& warning : time.warnings) {
      section.section().notes.push_back(in_run(input, run, warning));
    }
  }
  section.section().bars.push_back(std::move(plot));
  return section.take();
}

}  // namespace assay::report
