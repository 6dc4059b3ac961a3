#include "app/torch_support/phase_attribution.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>

namespace assay::app {
namespace {

PowerLimits limits_of(const EnergySeries& series, const std::vector<EnergyProbe>& probes) {
  PowerLimits limits{.idle = {}, .highest = {}, .tick = {}, .step = {}};
  for (const EnergyProbe& probe : probes) {
    if (probe.source != series.source || probe.device_uuid != series.device_uuid) continue;
    limits.idle = probe.idle;
    limits.highest = probe.limit;
    limits.tick = probe.tick;
  }
  return limits;
}

std::string text_of(const PhasePowerFit& fit) {
  std::string text = fmt::format("{} {}: {}", fit.source, fit.device_uuid, fit.method);
  if (!fit.reason.empty()) return text + ": " + fit.reason;
  for (const PartPower& power : fit.powers) {
    text +=
        fmt::format("{} {} {:.0f} W ({:.0f} to {:.0f})", &power == &fit.powers.front() ? ":" : ",",
                    power.part, power.power.value(), power.low.value(), power.high.value());
  }
  return text;
}

}  // namespace

PhaseAttribution::PhaseAttribution(const std::vector<EnergySeries>& series,
                                   const std::vector<EnergyProbe>& probes) {
  for (const EnergySeries& one : series) {
    const bool ticks =
        one.source.ends_with("_counter") || one.source == "rapl" || one.source == "replay";
    if (!ticks) continue;
    counters_.push_back(
        {one, PhasePowerFitter(one.source, one.device_uuid, limits_of(one, probes))});
  }
}

void PhaseAttribution::add(const StepTimeline& timeline) {
  if (timeline.begin_unix_s <= 0) return;  // the device's clock was not paired yet
  for (Counter& counter : counters_) {
    for (const TimelineSpan& span : timeline.phases) {
      const auto phase =
          std::ranges::find_if(kPhases, [&span](Phase one) { return to_string(one) == span.name; });
      counter.fitter.add_phase(static_cast<size_t>(phase - kPhases.begin()),
                               timeline.begin_unix_s + span.begin.value(),
                               timeline.begin_unix_s + span.end.value());
    }
    counter.fitter.step_ended(timeline.wall);
  }
}

void PhaseAttribution::take_ticks(EnergyMeter& meter) {
  for (Counter& counter : counters_) counter.fitter.add_ticks(meter.take_ticks(counter.series));
}

std::vector<RunEvent> PhaseAttribution::events(double time_unix_s, int64_t step) const {
  std::vector<RunEvent> all;
  for (const Counter& counter : counters_) {
    PhasePowerFit fit = counter.fitter.fit();
    RunEvent event{.time_unix_s = time_unix_s, .kind = "phase_power", .step = step};
    event.message = text_of(fit);
    event.phase_power = std::move(fit);
    all.push_back(std::move(event));
  }
  return all;
}

}  // namespace assay::app
