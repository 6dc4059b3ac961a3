#include "cost/energy_use.h"

#include "cost/energy_attribution.h"
#include "cost/energy_interval.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace assay {
namespace {

// Strongest first: where a device has several sources, the first one counts.
constexpr std::array<std::string_view, 7> kSourceOrder{
    "nvml_counter",        "hwmon_counter",        "rapl", "replay",
    "nvml_power_integral", "hwmon_power_integral", "tdp"};

size_t strength(std::string_view source) {
  return static_cast<size_t>(std::find(kSourceOrder.begin(), kSourceOrder.end(), source) -
                             kSourceOrder.begin());
}

std::string component_of(std::string_view source, std::string_view device) {
  if (source.starts_with("nvml") || source.starts_with("hwmon")) return "gpu_board";
  if (source == "rapl") {
    if (device.find("psys") != std::string_view::npos) return "platform";
    if (device.find("dram") != std::string_view::npos) return "dram";
    if (device.find("core") != std::string_view::npos) return "cpu_cores";  // and uncore
    if (device.find("package") != std::string_view::npos) return "cpu_package";
  }
  return "device";
}

EnergyLine line_of(const EnergyTotals::Key& key, const EnergyTotals::Series& series) {
  const auto& [node, device, source] = key;
  return {.node = node,
          .device_uuid = device,
          .source = source,
          .component = component_of(source, device),
          .provenance = series.provenance,
          .energy = series.energy,
          .covered = series.covered,
          .num_samples = series.num_samples,
          .num_resets = series.num_resets};
}

bool has_component(const std::vector<EnergyLine>& lines, const std::string& node,
                   std::string_view component) {
  return std::any_of(lines.begin(), lines.end(), [&](const EnergyLine& line) {
    return line.node == node && line.component == component && line.covered > Seconds(0);
  });
}

// Empty where the line counts.
std::string why_not_counted(const EnergyLine& line, const std::vector<EnergyLine>& lines) {
  if (line.covered <= Seconds(0)) return "fewer than two readings";
  for (const EnergyLine& other : lines) {
    if (other.node == line.node && other.device_uuid == line.device_uuid &&
        other.covered > Seconds(0) && strength(other.source) < strength(line.source)) {
      return "check of " + other.source;
    }
  }
  const bool package = has_component(lines, line.node, "cpu_package");
  if (line.component == "cpu_cores" && package) return "inside the package";
  if (line.component == "platform" && package) return "holds the package, which is counted";
  if (line.source == "tdp" && line.device_uuid.empty() && package) return "check of rapl";
  return {};
}

void add_total(EnergyUse& use) {
  Seconds longest;
  for (const EnergyLine& line : use.lines) {
    if (!line.counted) continue;
    if (!use.total) use.total = {Joules(0), std::nullopt, Provenance::kMeasured, "energy readings"};
    use.total->value += line.energy;
    use.total->provenance = weakest(use.total->provenance, line.provenance);
    longest = std::max(longest, line.covered);
    if (std::find(use.components.begin(), use.components.end(), line.component) ==
        use.components.end()) {
      use.components.push_back(line.component);
    }
  }
  if (use.total && longest > Seconds(0)) use.mean_power = use.total->value / longest;
}

}  // namespace

EnergyUse energy_use(const RunRecord& record) {
  EnergyUse use;
  for (const auto& [key, series] : energy_totals(record).series) {
    use.lines.push_back(line_of(key, series));
  }
  for (EnergyLine& line : use.lines) {
    line.why_not = why_not_counted(line, use.lines);
    line.counted = line.why_not.empty();
  }
  add_total(use);
  attribute_energy(record, use);
  add_energy_intervals(record.manifests, use);
  use.unavailable = record.manifests.back().energy_unavailable;
  return use;
}

}  // namespace assay
