#include "energy/energy_probe.h"

#include <algorithm>
#include <map>
#include <utility>

namespace assay {
namespace {

constexpr Seconds kBetweenReadings{0.001};
constexpr size_t kFewestChanges = 3;

struct Changes {
  std::vector<double> times_unix_s;
  std::vector<Joules> energies;
};

bool is_measured_now(const EnergySeries& series) {
  return series.source.starts_with("nvml") || series.source.starts_with("hwmon") ||
         series.source == "rapl";
}

void note(const EnergySample& sample, Changes& changes) {
  const bool is_change = changes.energies.empty() || sample.energy != changes.energies.back();
  if (!is_change) return;
  changes.times_unix_s.push_back(sample.time_unix_s);
  changes.energies.push_back(sample.energy);
}

// The first reading may lie anywhere between two ticks: it is no change.
void fill_in(const Changes& changes, EnergyProbe& probe) {
  const size_t count = changes.energies.size();
  if (count < kFewestChanges + 1) return;
  std::vector<double> gaps;
  for (size_t i = 2; i < count; ++i) {
    gaps.push_back(changes.times_unix_s[i] - changes.times_unix_s[i - 1]);
  }
  const auto middle = gaps.begin() + static_cast<std::ptrdiff_t>(gaps.size() / 2);
  std::ranges::nth_element(gaps, middle);
  probe.tick = Seconds(*middle);
  const Seconds time(changes.times_unix_s.back() - changes.times_unix_s[1]);
  const Joules used = changes.energies.back() - changes.energies[1];
  if (time > Seconds(0) && used >= Joules(0)) probe.idle = used / time;
}

std::vector<EnergyProbe> probe_source(PowerSource& source, Seconds time, MeterClock& clock) {
  std::map<std::pair<std::string, std::string>, Changes> changes;
  const double begin = clock.now_unix_s();
  Seconds reading;
  int64_t num_readings = 0;
  double now = begin;
  do {
    const EnergyReadings readings = source.read(now);
    const double after = clock.now_unix_s();
    reading += Seconds(after - now);
    ++num_readings;
    for (const EnergySample& sample : readings.samples) {
      note(sample, changes[{sample.source, sample.device_uuid}]);
    }
    if (!clock.sleep(kBetweenReadings)) break;
    now = clock.now_unix_s();
  } while (now - begin < time.value());
  std::vector<EnergyProbe> probes;
  for (const EnergySeries& series : source.series()) {
    if (!is_measured_now(series)) continue;
    EnergyProbe probe{.source = series.source,
                      .device_uuid = series.device_uuid,
                      .call = reading / static_cast<double>(num_readings),
                      .tick = {},
                      .idle = {},
                      .observed = Seconds(now - begin),
                      .limit = source.limit(series)};
    fill_in(changes[{series.source, series.device_uuid}], probe);
    probes.push_back(std::move(probe));
  }
  return probes;
}

}  // namespace

std::vector<EnergyProbe> probe_energy(const std::vector<std::unique_ptr<PowerSource>>& sources,
                                      Seconds time, MeterClock& clock) {
  std::vector<EnergyProbe> all;
  if (time <= Seconds(0)) return all;
  for (const auto& source : sources) {
    if (std::ranges::none_of(source->series(), is_measured_now)) continue;
    for (EnergyProbe& probe : probe_source(*source, time, clock)) all.push_back(std::move(probe));
  }
  return all;
}

}  // namespace assay
