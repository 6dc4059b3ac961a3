#include <fmt/format.h>

#include <cmath>

#include "report/number_text.h"
#include "report/section_builder.h"
#include "report/sections/sections.h"

namespace assay::report {
namespace {

// Counter and integral of one board are within 1 % where both are right; beyond this one is not.
constexpr double kDisagreement = 0.05;

// Less is told: a source was lost on the way, or a process was killed.
constexpr double kAllOfTheTime = 0.995;

std::string bounds_note(const Sourced<Joules>& total, const SectionBuilder& section) {
  if (!total.bounds) return section.say("energy.no_bounds");
  return fmt::format(fmt::runtime(section.say("energy.bounds")),
                     number_text(total.bounds->low.value(), "J"),
                     number_text(total.bounds->high.value(), "J"));
}

std::string phase_text(const EnergyUse& energy) {
  const auto& joules = *energy.by_phase;
  std::string text;
  for (size_t i = 0; i < joules.size(); ++i) {
    if (joules[i] <= Joules(0)) continue;
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", to_string(kPhases[i]),
                        number_text(joules[i].value(), "J"));
  }
  return text + " (" + energy.attribution + ")";
}

std::string line_note(const EnergyLine& line, const SectionBuilder& section) {
  std::string note = fmt::format(fmt::runtime(section.say("energy.covered")),
                                 number_text(line.covered.value(), "s"));
  if (!line.counted) {
    note += "; " + fmt::format(fmt::runtime(section.say("energy.not_counted")), line.why_not);
  }
  if (line.ratio_to_check) {
    note += "; " + fmt::format(fmt::runtime(section.say("energy.ratio")), *line.ratio_to_check);
    if (std::abs(*line.ratio_to_check - 1) > kDisagreement) {
      note += "; " + section.say("energy.disagree");
    }
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
  section.number(index, "energy_total", energy.total->value.value(), "J",
                 bounds_note(*energy.total, section), provenance);
  std::string scope;
  for (const std::string& component : energy.components) {
    scope += scope.empty() ? component : " + " + component;
  }
  section.text(index, "energy_scope", scope);
  if (energy.mean_power) {
    section.number(index, "mean_power", energy.mean_power->value(), "W", {},
                   weakest(provenance, Provenance::kDerived));
  }
  if (energy.by_phase) section.text(index, "energy_by_phase", phase_text(energy));
  if (energy.metered_share && *energy.metered_share < kAllOfTheTime) {
    section.number(index, "energy_metered_share", energy.metered_share, "share",
                   section.say("energy.metered"));
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
    for (const std::string& why : energy.not_fitted) {
      section.section().notes.push_back(
          in_run(input, i, fmt::format("{}: {}", section.say("energy.not_fitted"), why)));
    }
    for (const std::string& why : energy.unavailable) {
      section.section().notes.push_back(
          in_run(input, i, fmt::format("{}: {}", section.say("energy.not_measured"), why)));
    }
  }
  return section.take();
}

}  // namespace assay::report
