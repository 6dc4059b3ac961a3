#include "energy/rapl_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>
#include <system_error>

#include "energy/sysfs_file.h"

namespace assay {
namespace {

constexpr double kJoulesPerMicrojoule = 1e-6;

// "intel-rapl:0" is a top zone; "intel-rapl:0:0" lies inside one; "intel-rapl-mmio:0" is a second
// view of the same package.
bool is_top_zone(const std::string& folder) {
  constexpr std::string_view kPrefix = "intel-rapl:";
  return folder.starts_with(kPrefix) && folder.find(':', kPrefix.size()) == std::string::npos;
}

std::string how_to_enable(int error_number, const std::filesystem::path& counter) {
  if (error_number != EACCES && error_number != EPERM) return std::strerror(error_number);
  return fmt::format("permission denied (as root: chmod a+r {}, or run as root)",
                     (counter.parent_path().parent_path() / "intel-rapl:*/energy_uj").string());
}

}  // namespace

void RaplSource::find(const std::filesystem::path& root, PowerSources& found) {
  std::vector<std::filesystem::path> folders;
  std::error_code error;
  for (std::filesystem::directory_iterator it(root, error), end; !error && it != end;
       it.increment(error)) {
    if (is_top_zone(it->path().filename().string())) folders.push_back(it->path());
  }
  std::sort(folders.begin(), folders.end());
  const size_t complaints = found.unavailable.size();
  auto source = std::make_unique<RaplSource>();
  Refusals refusals;
  for (const std::filesystem::path& folder : folders) source->add(folder, refusals);
  for (const auto& [why, zones] : refusals) {
    found.unavailable.push_back(fmt::format("rapl: {}: {}", zones, why));
  }
  if (!source->zones_.empty()) {
    found.sources.push_back(std::move(source));
  } else if (found.unavailable.size() == complaints) {
    found.unavailable.push_back(fmt::format(
        "rapl: no package zone in {} (virtual machines and containers usually hide it; on bare "
        "metal: modprobe intel_rapl_common, in a container mount the host's {} at another path)",
        root.string(), kPowercapRoot));
  }
}

void RaplSource::add(const std::filesystem::path& folder, Refusals& refusals) {
  const std::string name = read_sysfs_file(folder / "name").text;
  if (!name.starts_with("package")) return;  // psys and the like
  const auto refuse = [&](const std::string& why) {
    std::string& zones = refusals[why];
    zones += (zones.empty() ? "" : ", ") + name;
  };
  Zone zone{.name = name, .counter = folder / "energy_uj"};
  const SysfsText counter = read_sysfs_file(zone.counter);
  if (counter.error_number != 0) return refuse(how_to_enable(counter.error_number, zone.counter));
  const auto range = parse_sysfs_number(read_sysfs_file(folder / "max_energy_range_uj").text);
  if (!parse_sysfs_number(counter.text) || !range || *range == 0) {
    return refuse(fmt::format("no counter or no range in {}", folder.string()));
  }
  zone.range_uj = *range;
  zones_.push_back(std::move(zone));
}

std::vector<EnergySeries> RaplSource::series() const {
  std::vector<EnergySeries> all;
  for (const Zone& zone : zones_) all.push_back({"rapl", zone.name, Provenance::kMeasured});
  return all;
}

EnergyReadings RaplSource::read(double now_unix_s) noexcept {
  EnergyReadings readings;
  for (Zone& zone : zones_) {
    const SysfsText file = read_sysfs_file(zone.counter);
    const auto now_uj = parse_sysfs_number(file.text);
    if (!now_uj || *now_uj > zone.range_uj) {
      readings.failures.push_back(fmt::format(
          "rapl: {}: {}", zone.name,
          file.error_number != 0 ? std::strerror(file.error_number) : "no number in its counter"));
      continue;
    }
    const uint64_t before = zone.last_uj.value_or(*now_uj);
    const uint64_t wrapped = *now_uj < before ? zone.range_uj : 0;
    zone.total_uj += *now_uj + wrapped - before;
    zone.last_uj = now_uj;
    readings.samples.push_back(
        {.time_unix_s = now_unix_s,
         .source = "rapl",
         .device_uuid = zone.name,
         .energy = Joules(static_cast<double>(zone.total_uj) * kJoulesPerMicrojoule),
         .provenance = Provenance::kMeasured});
  }
  return readings;
}

}  // namespace assay
