#include "energy/hwmon_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <system_error>

#include "energy/sysfs_file.h"

namespace assay {
namespace {

namespace fs = std::filesystem;

constexpr double kPerMicro = 1e-6;
// Sensors average over up to a second; a longer gap holds power that nobody saw.
constexpr Seconds kLongestHwmonGap{2.0};

std::vector<fs::path> entries_of(const fs::path& folder) {
  std::vector<fs::path> entries;
  std::error_code error;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    entries.push_back(it->path());
  }
  std::ranges::sort(entries);
  return entries;
}

// The device folder of the card with this PCI address; empty where there is none.
fs::path device_of(const fs::path& root, const std::string& address) {
  for (const fs::path& card : entries_of(root)) {
    std::error_code error;
    const fs::path device = fs::canonical(card / "device", error);
    if (!error && device.filename() == address) return device;
  }
  return {};
}

// The first of these files that can be read as a number, in any sensor folder of the device.
fs::path sensor_of(const fs::path& device, std::initializer_list<const char*> names) {
  for (const fs::path& folder : entries_of(device / "hwmon")) {
    for (const char* name : names) {
      if (parse_sysfs_number(read_sysfs_file(folder / name).text)) return folder / name;
    }
  }
  return {};
}

std::optional<double> value_of(const fs::path& file, const std::string& address,
                               EnergyReadings& readings) {
  const SysfsText text = read_sysfs_file(file);
  if (const auto number = parse_sysfs_number(text.text)) {
    return static_cast<double>(*number) * kPerMicro;
  }
  readings.failures.push_back(
      fmt::format("hwmon: {}: {}: {}", address, file.filename().string(),
                  text.error_number != 0 ? std::strerror(text.error_number) : "not a number"));
  return std::nullopt;
}

}  // namespace

void HwmonSource::find(const std::vector<std::string>& pci_addresses, const fs::path& root,
                       PowerSources& found) {
  auto source = std::make_unique<HwmonSource>();
  for (const std::string& address : pci_addresses) {
    const fs::path device = device_of(root, address);
    const fs::path counter = sensor_of(device, {"energy1_input"});
    const fs::path power = sensor_of(device, {"power1_average", "power1_input"});
    if (device.empty()) {
      found.unavailable.push_back(
          fmt::format("hwmon: {}: no such graphics device in {}", address, root.string()));
    } else if (counter.empty() && power.empty()) {
      found.unavailable.push_back(fmt::format(
          "hwmon: {}: its driver shows neither energy1_input nor power1_average", address));
    } else {
      source->gpus_.push_back({address, counter, power, PowerIntegral(kLongestHwmonGap)});
    }
  }
  if (!source->gpus_.empty()) found.sources.push_back(std::move(source));
}

std::vector<EnergySeries> HwmonSource::series() const {
  std::vector<EnergySeries> all;
  for (const Gpu& gpu : gpus_) {
    if (!gpu.counter.empty()) all.push_back({"hwmon_counter", gpu.address, Provenance::kMeasured});
    if (!gpu.power.empty()) {
      all.push_back({"hwmon_power_integral", gpu.address, Provenance::kDerived});
    }
  }
  return all;
}

void HwmonSource::read(Gpu& gpu, double now_unix_s, EnergyReadings& readings) {
  std::optional<Watts> power;
  if (!gpu.power.empty()) {
    if (const auto watts = value_of(gpu.power, gpu.address, readings)) power = Watts(*watts);
  }
  if (!gpu.counter.empty()) {
    if (const auto joules = value_of(gpu.counter, gpu.address, readings)) {
      readings.samples.push_back({.time_unix_s = now_unix_s,
                                  .source = "hwmon_counter",
                                  .device_uuid = gpu.address,
                                  .energy = Joules(*joules),
                                  .power = power,
                                  .provenance = Provenance::kMeasured});
    }
  }
  if (!power) return;
  if (!gpu.integral.add(now_unix_s, *power)) {
    readings.failures.push_back(fmt::format(
        "hwmon: {}: the power integral leaves out a gap between two readings", gpu.address));
  }
  readings.samples.push_back({.time_unix_s = now_unix_s,
                              .source = "hwmon_power_integral",
                              .device_uuid = gpu.address,
                              .energy = gpu.integral.energy(),
                              .power = power,
                              .provenance = Provenance::kDerived});
}

EnergyReadings HwmonSource::read(double now_unix_s) noexcept {
  EnergyReadings readings;
  for (Gpu& gpu : gpus_) read(gpu, now_unix_s, readings);
  return readings;
}

}  // namespace assay
