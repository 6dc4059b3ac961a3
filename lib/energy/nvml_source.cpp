#include "energy/nvml_source.h"

#include <fmt/format.h>

#include <cmath>
#include <memory>
#include <utility>

namespace assay {
namespace {

// Longest time between two power readings that is integrated. NVML averages or samples power over
// up to 1 s, so a longer gap holds power nobody saw.
constexpr Seconds kMaxGap{2.0};
// A driver's time stamp further than this from the host clock is another clock.
constexpr double kMaxClockDifference = 60.0;

std::vector<std::string> all_uuids(const NvmlLibrary& nvml, std::vector<std::string>& unavailable) {
  std::vector<std::string> uuids;
  const NvmlResult<unsigned> count = nvml.device_count();
  if (!count.ok()) {
    unavailable.push_back("nvml: cannot count devices: " + nvml.describe(count.status));
  }
  for (unsigned index = 0; count.ok() && index < count.value; ++index) {
    const NvmlResult<nvml::Device> device = nvml.device(index);
    const NvmlResult<std::string> uuid =
        device.ok() ? nvml.uuid(device.value) : NvmlResult<std::string>{device.status, {}};
    if (uuid.ok()) {
      uuids.push_back(uuid.value);
    } else {
      unavailable.push_back(
          fmt::format("nvml: GPU {}: cannot be opened: {}", index, nvml.describe(uuid.status)));
    }
  }
  if (count.ok() && count.value == 0) unavailable.emplace_back("nvml: no GPU");
  return uuids;
}

}  // namespace

void NvmlSource::find(const std::vector<std::string>& uuids, PowerSources& found,
                      const char* library) {
  auto opened = NvmlLibrary::open(library);
  if (const auto* why_not = std::get_if<std::string>(&opened)) {
    found.unavailable.push_back(*why_not);
    return;
  }
  auto source =
      std::unique_ptr<NvmlSource>(new NvmlSource(std::get<NvmlLibrary>(std::move(opened))));
  for (const std::string& uuid :
       uuids.empty() ? all_uuids(source->nvml_, found.unavailable) : uuids) {
    source->add(uuid, found.unavailable);
  }
  if (!source->gpus_.empty()) found.sources.push_back(std::move(source));
}

void NvmlSource::add(const std::string& uuid, std::vector<std::string>& unavailable) {
  const auto refuse = [&](const std::string& why) {
    unavailable.push_back(fmt::format("nvml: {}: {}", uuid, why));
  };
  if (uuid.starts_with("MIG-")) {
    return refuse("a MIG instance has no energy counter of its own, only the whole GPU has");
  }
  const NvmlResult<nvml::Device> device = nvml_.device(uuid);
  if (!device.ok()) return refuse("cannot be opened: " + nvml_.describe(device.status));
  const NvmlResult<bool> mig = nvml_.mig_enabled(device.value);
  if (!mig.ok()) return refuse("its MIG mode is not known: " + nvml_.describe(mig.status));
  if (mig.value) {
    return refuse("in MIG mode: its counter covers all instances, not only this run's");
  }
  const NvmlReading reading = nvml_.read(device.value);
  if (!reading.energy.ok() && !reading.power.ok()) {
    return refuse("no energy counter: " + nvml_.describe(reading.energy.status) +
                  "; no power reading: " + nvml_.describe(reading.power.status));
  }
  gpus_.push_back({uuid, device.value, reading.energy.ok(), PowerIntegral(kMaxGap)});
}

std::vector<EnergySeries> NvmlSource::series() const {
  std::vector<EnergySeries> all;
  for (const Gpu& gpu : gpus_) {
    if (gpu.has_counter) all.push_back({"nvml_counter", gpu.uuid, Provenance::kMeasured});
    all.push_back({"nvml_power_integral", gpu.uuid, Provenance::kDerived});
  }
  return all;
}

void NvmlSource::read(Gpu& gpu, double now_unix_s, EnergyReadings& readings) const {
  const NvmlReading reading = nvml_.read(gpu.device);
  double time = reading.time_unix_s.value_or(now_unix_s);
  if (std::abs(time - now_unix_s) > kMaxClockDifference) time = now_unix_s;
  const auto fail = [&](std::string_view what, nvml::Return status) {
    readings.failures.push_back(
        fmt::format("nvml: {}: {}: {}", gpu.uuid, what, nvml_.describe(status)));
  };
  std::optional<Watts> power;
  if (reading.power.ok()) power = reading.power.value;
  if (gpu.has_counter && !reading.energy.ok()) fail("no energy", reading.energy.status);
  if (gpu.has_counter && reading.energy.ok()) {
    readings.samples.push_back({.time_unix_s = time,
                                .source = "nvml_counter",
                                .device_uuid = gpu.uuid,
                                .energy = reading.energy.value,
                                .power = power,
                                .provenance = Provenance::kMeasured});
  }
  if (!power) return fail("no power", reading.power.status);
  if (!gpu.integral.add(time, *power)) {
    readings.failures.push_back(fmt::format(
        "nvml: {}: the power integral leaves out a gap between two readings", gpu.uuid));
  }
  readings.samples.push_back({.time_unix_s = time,
                              .source = "nvml_power_integral",
                              .device_uuid = gpu.uuid,
                              .energy = gpu.integral.energy(),
                              .power = power,
                              .provenance = Provenance::kDerived});
}

std::optional<Watts> NvmlSource::limit(const EnergySeries& series) const {
  for (const Gpu& gpu : gpus_) {
    if (gpu.uuid != series.device_uuid) continue;
    const NvmlResult<Watts> limit = nvml_.power_limit(gpu.device);
    if (limit.ok()) return limit.value;
  }
  return std::nullopt;
}

EnergyReadings NvmlSource::read(double now_unix_s) noexcept {
  EnergyReadings readings;
  for (Gpu& gpu : gpus_) read(gpu, now_unix_s, readings);
  return readings;
}

}  // namespace assay
