#include "cost/energy_attribution.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace assay {
namespace {

constexpr size_t kNumParts = kPhases.size() + 1;  // the phases, and the time outside of steps
using PartTimes = std::array<Seconds, kNumParts>;
using PartJoules = std::array<Joules, kNumParts>;

// What the last process that told it found for this counter.
const PhasePowerFit* fit_of(const RunRecord& record, const EnergyLine& line) {
  const PhasePowerFit* fit = nullptr;
  for (const RunEvent& event : record.events) {
    if (!event.phase_power) continue;
    const PhasePowerFit& one = *event.phase_power;
    if (one.source == line.source && one.device_uuid == line.device_uuid) fit = &one;
  }
  return fit;
}

// The power of a part; one that was not fitted draws the mean power.
Watts power_of(size_t part, const PhasePowerFit* fit, Watts mean) {
  if (fit == nullptr) return mean;
  const std::string_view name =
      part < kPhases.size() ? to_string(kPhases[part]) : std::string_view("outside");
  const auto found = std::ranges::find(fit->powers, name, &PartPower::part);
  return found == fit->powers.end() ? mean : found->power;
}

// Shares a line's joules out in proportion to power x time; their sum is the line's energy.
PartJoules share_out(const EnergyLine& line, const PartTimes& times, const PhasePowerFit* fit) {
  PartJoules shares{};
  Joules sum;
  for (size_t part = 0; part < kNumParts; ++part) {
    shares[part] = power_of(part, fit, line.energy / line.covered) * times[part];
    sum += shares[part];
  }
  for (Joules& share : shares) share = sum > Joules(0) ? line.energy * (share / sum) : Joules(0);
  return shares;
}

Seconds total_of(const StepTotals::PhaseTimes& times) {
  Seconds sum;
  for (const Seconds time : times) sum += time;
  return sum;
}

}  // namespace

void attribute_energy(const RunRecord& record, EnergyUse& use) {
  if (!use.total) return;
  const StepTotals totals = step_totals(record);
  const Seconds metered = total_of(totals.metered_phases);
  if (const Seconds all = total_of(totals.all_phases); all > Seconds(0)) {
    use.metered_share = metered / all;
  }
  if (totals.metered_tokens > Tokens(0)) {
    use.per_token = use.total->value / totals.metered_tokens.value();
  }
  auto& phases = use.by_phase.emplace();
  bool fitted = false;
  bool shared = false;
  for (const EnergyLine& line : use.lines) {
    if (!line.counted) continue;
    PartTimes times{};
    std::ranges::copy(totals.metered_phases, times.begin());
    times.back() = std::max(Seconds(0), line.covered - metered);
    const PhasePowerFit* fit = fit_of(record, line);
    if (fit != nullptr && fit->method != "fitted") {
      use.not_fitted.push_back(
          fmt::format("{} {}: {}", line.source, line.device_uuid, fit->reason));
      fit = nullptr;
    }
    (fit != nullptr ? fitted : shared) = true;
    const PartJoules shares = share_out(line, times, fit);
    for (size_t i = 0; i < phases.size(); ++i) phases[i] += shares[i];
  }
  use.attribution = fitted && shared ? "mixed" : fitted ? "fitted" : "time_share";
}

}  // namespace assay
