#include <fmt/format.h>

#include "report/number_text.h"
#include "report/section_builder.h"
#include "report/sections/sections.h"

namespace assay::report {
namespace {

// "12 ms forward, 20 ms backward" for each kind of layer.
void add_layer_rows(size_t index, const RunSummary& summary, SectionBuilder& section) {
  for (const LayerTime& layer : summary.mean_layers) {
    const Seconds both = layer.forward + layer.backward;
    section.cell(index, "layer." + layer.kind,
                 fmt::format("{} · {}", section.say("layers"), layer.kind),
                 {.value = both.value(),
                  .unit = "s",
                  .text = number_text(both.value(), "s"),
                  .provenance = Provenance::kMeasured,
                  .note = fmt::format(fmt::runtime(section.say("layers.parts")),
                                      number_text(layer.forward.value(), "s"),
                                      number_text(layer.backward.value(), "s"))});
  }
}

void add_throughput_rows(size_t index, const RunReport& run, SectionBuilder& section) {
  const RunSummary& summary = run.summary;
  if (!summary.tokens_per_second) return;
  section.number(index, "tokens_per_s", summary.tokens_per_second->value(), "token/s");
  section.number(index, "median_step", summary.median_step->value(), "s");
  section.number(index, "slow_step", summary.slow_step->value(), "s");
  section.number(index, "warmup_steps", static_cast<double>(summary.num_warmup), "step");
  add_layer_rows(index, summary, section);
  if (summary.profiler_share) {
    section.number(index, "profiler_share", summary.profiler_share, "share");
  }
  section.text(index, "clock", std::string(to_string(*summary.clock)));
}

PlotSeries line_of(const ReportInput& input, size_t index, const SectionBuilder& section) {
  PlotSeries line{
      .name = run_name(input, index), .points = {}, .marks_only = false, .colour = 2 * index};
  for (const CurvePoint& point : input.runs[index].throughput) {
    line.points.push_back(
        {.x = static_cast<double>(point.last_step),
         .y = point.mean,
         .low = point.low,
         .high = point.high,
         .title = fmt::format("{} {}–{}: {}", section.say("plot.step"), point.first_step,
                              point.last_step, number_text(point.mean, "token/s"))});
  }
  return line;
}

}  // namespace

Section throughput_section(const ReportInput& input) {
  SectionBuilder section("throughput", input.runs.size(), input.language);
  LinePlot plot{.title = section.say("plot.throughput"),
                .x_label = section.say("plot.step"),
                .y_label = "token/s",
                .y_from_zero = true,
                .series = {},
                .levels = {}};
  for (size_t i = 0; i < input.runs.size(); ++i) {
    add_throughput_rows(i, input.runs[i], section);
    if (!input.runs[i].throughput.empty()) plot.series.push_back(line_of(input, i, section));
  }
  if (!plot.series.empty()) section.section().plots.push_back(std::move(plot));
  return section.take();
}

}  // namespace assay::report
