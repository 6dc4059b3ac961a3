#include "metrics/energy_metrics.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <exception>

namespace assay {
namespace {

constexpr std::array<std::string_view, 3> kSources{"nvml", "hwmon", "rapl"};

}  // namespace

EnergyMetrics::EnergyMetrics(MetricsRegistry& registry, std::vector<EnergySeries> series)
    : registry_(registry), series_(std::move(series)) {
  for (const std::string_view source : kSources) show_source(source);
}

// 1 where every series of the source that the run reads still gives readings.
void EnergyMetrics::show_source(std::string_view source) {
  const bool read = std::ranges::any_of(
      series_, [&](const EnergySeries& s) { return s.source.starts_with(source); });
  const bool lost =
      std::ranges::any_of(lost_, [&](const Key& key) { return key.first.starts_with(source); });
  registry_.set(Metric::kEnergySourceAvailable, {source}, read && !lost ? 1 : 0);
}

void EnergyMetrics::show_change(const EnergyAvailability& change) noexcept {
  try {
    const Key key{change.series.source, change.series.device_uuid};
    if (change.available) {
      lost_.erase(key);
    } else {
      lost_.insert(key);
      registry_.remove(Metric::kPower, {key.first, key.second});
    }
    for (const std::string_view source : kSources) show_source(source);
  } catch (const std::exception&) {  // memory; the next change may do
  }
}

void EnergyMetrics::add_growth(Metric metric, const std::string& device, std::string_view what,
                               double value) {
  const auto [last, is_first] =
      last_health_.try_emplace({device, fmt::format("{} {}", row(metric).name, what)}, value);
  // The driver counts since it was loaded; a value that went down began again.
  const double growth = is_first || value < last->second ? 0.0 : value - last->second;
  last->second = value;
  registry_.add(metric, {device, what}, growth);
}

void EnergyMetrics::show_health(const std::vector<GpuHealth>& gpus) noexcept {
  try {
    for (const GpuHealth& gpu : gpus) {
      for (const auto& [reason, time] : gpu.throttled) {
        add_growth(Metric::kGpuThrottled, gpu.uuid, reason, time.value());
      }
      for (const auto& [kind, count] : gpu.ecc_errors) {
        add_growth(Metric::kGpuEccErrors, gpu.uuid, kind, static_cast<double>(count));
      }
    }
  } catch (const std::exception&) {  // memory; the next reading may do
  }
}

// The strongest series of a device is its energy; a second one is a check and must not be added.
bool EnergyMetrics::is_check(const EnergySeries& series) const {
  return series.source.ends_with("_power_integral") &&
         std::ranges::any_of(series_, [&](const EnergySeries& other) {
           return other.source.ends_with("_counter") && other.device_uuid == series.device_uuid;
         });
}

void EnergyMetrics::show(const EnergySample& sample) {
  const EnergySeries series{sample.source, sample.device_uuid, sample.provenance};
  const auto [last, is_first] =
      last_energy_.try_emplace({sample.source, sample.device_uuid}, sample.energy);
  // A counter that began again tells nothing about the time before its new start.
  const Joules increment =
      is_first || sample.energy < last->second ? Joules(0) : sample.energy - last->second;
  last->second = sample.energy;
  registry_.add(is_check(series) ? Metric::kEnergyCheck : Metric::kEnergy,
                {series.source, series.device_uuid, to_string(series.provenance)},
                increment.value());
  if (sample.power) {
    registry_.set(Metric::kPower, {series.source, series.device_uuid}, sample.power->value());
  }
}

}  // namespace assay
