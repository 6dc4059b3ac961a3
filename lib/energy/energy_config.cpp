#include "energy/energy_config.h"

#include <algorithm>
#include <memory>

#include "energy/nvml_source.h"
#include "energy/replay_source.h"

namespace assay {
namespace {

bool is_measured(const PowerSources& found, const std::string& device_uuid) {
  for (const auto& source : found.sources) {
    for (const EnergySeries& series : source->series()) {
      if (series.device_uuid == device_uuid) return true;
      // An assumed figure without a UUID is the processor's.
      if (device_uuid.empty() && series.source == "rapl") return true;
    }
  }
  return false;
}

}  // namespace

std::vector<std::string> EnergyConfig::gpus_to_read(std::vector<std::string> held) const {
  if (gpus.empty()) return held;
  std::vector<std::string> named;
  for (size_t begin = 0; begin <= gpus.size();) {
    const size_t end = std::min(gpus.find(',', begin), gpus.size());
    if (end > begin) named.push_back(gpus.substr(begin, end - begin));
    begin = end + 1;
  }
  return named;
}

PowerSources find_power_sources(const EnergyConfig& config,
                                const std::vector<std::string>& gpu_uuids,
                                const std::vector<AssumedPower>& assumed, const char* nvml_library,
                                int64_t local_rank) {
  PowerSources found;
  if (!config.replay_file.empty()) {
    found.sources.push_back(std::make_unique<ReplaySource>(config.replay_file));
    found.unavailable.emplace_back("nvml, rapl: not read, a recorded file is replayed instead");
    return found;
  }
  if (!config.enabled) {
    found.unavailable.emplace_back("nvml, rapl: switched off (energy.enabled = false)");
    return found;
  }
  std::vector<std::string> pci_addresses;
  std::vector<std::string> uuids;
  for (const std::string& gpu : gpu_uuids) {
    (gpu.find(':') == std::string::npos ? uuids : pci_addresses).push_back(gpu);
  }
  if (!uuids.empty()) NvmlSource::find(uuids, found, nvml_library);
  if (!pci_addresses.empty()) HwmonSource::find(pci_addresses, config.drm_root, found);
  if (local_rank == 0) {
    RaplSource::find(config.powercap_root, found);
  } else {
    found.unavailable.emplace_back("rapl: the packages of this node are local rank 0's");
  }
  for (const AssumedPower& power : assumed) {
    if (is_measured(found, power.device_uuid)) continue;
    found.sources.push_back(std::make_unique<TdpSource>(power));
  }
  return found;
}

}  // namespace assay
