#include <fmt/format.h>

#include "report/number_text.h"
#include "report/section_builder.h"
#include "report/sections/sections.h"

namespace assay::report {
namespace {

/// The layer by its number in the model or, where the record has none, among the mixture layers.
std::string layer_text(const ExpertLoad& load, const SectionBuilder& section) {
  return load.layer ? fmt::format(fmt::runtime(section.say("plot.layer")), *load.layer)
                    : fmt::format(fmt::runtime(section.say("plot.mixture_layer")), load.mixture);
}

std::string layer_key(const ExpertLoad& load) {
  return load.layer ? fmt::format("expert_load.{}", *load.layer)
                    : fmt::format("expert_load.mixture_{}", load.mixture);
}

StackedBar bar_of(const ReportInput& input, size_t run, const ExpertLoad& load,
                  const SectionBuilder& section) {
  StackedBar bar{.label = in_run(input, run, layer_text(load, section)), .parts = {}};
  for (size_t expert = 0; expert < load.shares.size(); ++expert) {
    bar.parts.push_back({.name = fmt::format("{}", expert),
                         .text = number_text(load.shares[expert], "share"),
                         .share = load.shares[expert],
                         .colour = std::nullopt});
  }
  return bar;
}

std::string routing_text(const RunManifest& manifest, const SectionBuilder& section) {
  if (manifest.routing == "forced_balance") return section.say("routing.forced");
  if (!manifest.expert_capacity_factor) return section.say("routing.learned");
  return fmt::format(fmt::runtime(section.say("routing.capacity")),
                     *manifest.expert_capacity_factor);
}

// How choices became loads, where the record says it.
void add_routing(const ReportInput& input, size_t run, SectionBuilder& section) {
  const RunReport& report = input.runs[run];
  const RunManifest& manifest = report.record.manifest();
  if (manifest.routing.empty()) return;
  section.text(run, "routing", routing_text(manifest, section));
  if (manifest.routing == "forced_balance") {
    section.section().notes.push_back(in_run(input, run, section.say("routing.forced.note")));
  }
  if (manifest.expert_capacity_factor) {
    section.number(run, "dropped_share", report.summary.dropped_share, "share");
  }
}

}  // namespace

Section experts_section(const ReportInput& input) {
  SectionBuilder section("experts", input.runs.size(), input.language);
  BarPlot plot{.title = section.say("plot.experts"), .bars = {}};
  for (size_t run = 0; run < input.runs.size(); ++run) {
    add_routing(input, run, section);
    for (const ExpertLoad& load : input.runs[run].summary.expert_loads) {
      section.cell(run, layer_key(load),
                   fmt::format(fmt::runtime(section.say("expert_load")), layer_text(load, section)),
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
