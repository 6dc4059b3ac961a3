#include <fmt/format.h>

#include "report/number_text.h"
#include "report/section_builder.h"
#include "report/sections/sections.h"

namespace assay::report {
namespace {

std::string line_note(const EnergyLine& line, const SectionBuilder& section) {
  std::string note = fmt::format(fmt::runtime(section.say("energy.covered")),
                                 number_text(line.covered.value(), "s"));
  if (!line.counted) {
    note += "; " + fmt::format(fmt::runtime(section.say("energy.not_counted")), line.why_not);
  }
  if (line.num_resets > 0) {
    note += "; " + fmt::format(fmt::runtime(section.say("energy.resets")), line.num_resets);
  }
  return note;
}

void add_lines(size_t index, const EnergyUse& energy, SectionBuilder& section) {
  for (const EnergyLine& line : energy.lines) {
    const std::string name =
        fmt::format("{} · {} ({})", line.source, line.device_uuid, line.component);
    section.cell(index, fmt::format("line.{}.{}.{}", line.node, line.source, line.device_uuid),
                 name,
                 {.value = line.energy.value(),
                  .unit = "J",
                  .text = number_text(line.energy.value(), "J"),
                  .provenance = line.provenance,
                  .note = line_note(line, section)});
  }
}

void add_total(size_t index, const EnergyUse& energy, SectionBuilder& section) {
  if (!energy.total) {
    section.number(index, "energy_total", std::nullopt, "J", section.say("energy.not_measured"));
    return;
  }
  const Provenance provenance = energy.total->provenance;
  section.number(index, "energy_total", energy.total->value.value(), "J", {}, provenance);
  std::string scope;
  for (const std::string& component : energy.components) {
    scope += scope.empty() ? component : " + " + component;
  }
  section.text(index, "energy_scope", scope);
  if (energy.mean_power) {
    section.number(index, "mean_power", energy.mean_power->value(), "W", {},
                   weakest(provenance, Provenance::kDerived));
  }
  if (energy.per_token) {
    section.number(index, "energy_per_token", energy.per_token->value(), "J", {},
                   weakest(provenance, Provenance::kDerived));
  }
}

}  // namespace

Section energy_section(const ReportInput& input) {
  SectionBuilder section("energy", input.runs.size(), input.language);
  for (size_t i = 0; i < input.runs.size(); ++i) {
    const EnergyUse& energy = input.runs[i].energy;
    add_total(i, energy, section);
    add_lines(i, energy, section);
    for (const std::string& why : energy.unavailable) {
      section.section().notes.push_back(
          in_run(input, i, fmt::format("{}: {}", section.say("energy.not_measured"), why)));
    }
  }
  return section.take();
}

}  // namespace assay::report
