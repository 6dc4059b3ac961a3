#include "record/energy_totals.h"

#include <algorithm>

namespace assay {

void EnergyTotals::Series::add(const EnergySample& sample) {
  const double time = sample.time_unix_s;
  const bool follows = num_samples > 0 && last_attempt_ == sample.attempt;
  provenance = num_samples == 0 ? sample.provenance : weakest(provenance, sample.provenance);
  ++num_samples;
  const auto [span, is_new] = spans.try_emplace(sample.attempt, Span{time, time});
  if (!is_new) span->second.end_unix_s = std::max(span->second.end_unix_s, time);
  if (follows && sample.energy < last_energy_) {
    ++num_resets;
  } else if (follows) {
    energy += sample.energy - last_energy_;
    covered += Seconds(std::max(0.0, time - last_unix_s_));
  }
  last_attempt_ = sample.attempt;
  last_unix_s_ = time;
  last_energy_ = sample.energy;
}

void EnergyTotals::add(const EnergySample& sample) {
  series[{sample.node, sample.device_uuid, sample.source}].add(sample);
}

EnergyTotals add_up(const std::vector<EnergySample>& samples) {
  EnergyTotals totals;
  for (const EnergySample& sample : samples) totals.add(sample);
  return totals;
}

}  // namespace assay
