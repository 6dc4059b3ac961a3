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
  if (!gpu_uuids.empty()) NvmlSource::find(gpu_uuids, found, nvml_library);
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
