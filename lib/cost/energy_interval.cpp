#include "cost/energy_interval.h"

#include <algorithm>
#include <cmath>

namespace assay {
namespace {

constexpr double kUncalibratedGain = 0.05;

// The probe of the last process that made one.
std::optional<Seconds> tick_of(const std::vector<RunManifest>& manifests, const EnergyLine& line) {
  std::optional<Seconds> tick;
  for (const RunManifest& manifest : manifests) {
    for (const EnergyProbe& probe : manifest.energy_probes) {
      if (probe.source == line.source && probe.device_uuid == line.device_uuid && probe.tick) {
        tick = probe.tick;
      }
    }
  }
  return tick;
}

const EnergyLine* check_of(const EnergyLine& line, const std::vector<EnergyLine>& lines) {
  const auto found = std::ranges::find_if(lines, [&line](const EnergyLine& other) {
    return other.node == line.node && other.device_uuid == line.device_uuid &&
           other.source.ends_with("_power_integral") && line.source.ends_with("_counter") &&
           other.covered > Seconds(0) && other.energy > Joules(0);
  });
  return found == lines.end() ? nullptr : &*found;
}

void fill_in(const std::vector<RunManifest>& manifests, const std::vector<EnergyLine>& lines,
             EnergyLine& line) {
  if (line.provenance == Provenance::kAssumed || line.covered <= Seconds(0)) return;
  double squares = kUncalibratedGain * kUncalibratedGain;
  if (const auto tick = tick_of(manifests, line)) {
    squares += std::pow(*tick / line.covered, 2) / 6;
  }
  if (const EnergyLine* check = check_of(line, lines)) {
    line.ratio_to_check = line.energy / check->energy;
    squares += std::pow(*line.ratio_to_check - 1, 2);
  }
  line.relative_uncertainty = std::sqrt(squares);
}

}  // namespace

void add_energy_intervals(const std::vector<RunManifest>& manifests, EnergyUse& use) {
  for (EnergyLine& line : use.lines) fill_in(manifests, use.lines, line);
  if (!use.total) return;
  Joules margin;
  for (const EnergyLine& line : use.lines) {
    if (!line.counted) continue;
    if (!line.relative_uncertainty) return;
    margin += line.energy * *line.relative_uncertainty;
  }
  use.total->bounds = {std::max(Joules(0), use.total->value - margin), use.total->value + margin};
}

}  // namespace assay
