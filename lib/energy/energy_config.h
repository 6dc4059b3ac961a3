#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "config/config.h"
#include "energy/energy_meter.h"
#include "energy/power_source.h"
#include "energy/rapl_source.h"
#include "energy/tdp_source.h"

namespace assay {

/// What the run's energy is read from.
struct EnergyConfig {
  bool enabled = true;
  std::string powercap_root = kPowercapRoot;
  std::string replay_file;
  Seconds poll_period{0.05};
  Seconds record_period{1.0};
  Seconds probe_time{0.5};

  template <class V>
  void fields(V& visit) {
    visit("enabled", enabled, "read NVML and RAPL while training");
    visit("powercap_root", powercap_root, "where RAPL is; in a container, the mounted host folder",
          non_empty());
    visit("replay_file", replay_file, "energy file of an earlier run, played instead of measuring");
    visit("poll_period", poll_period, "time between two readings", between(0.001, 60));
    visit("record_period", record_period, "time between two recorded readings",
          between(0.001, 600));
    visit("probe_time", probe_time,
          "how long each source is read before the first step, to know its tick, what a reading "
          "costs and the idle power; 0: not at all",
          between(0, 600));
  }

  [[nodiscard]] EnergyMeterOptions meter_options() const { return {poll_period, record_period}; }
};

/// Finds what this machine can measure: GPUs `gpu_uuids` (those that the run holds; none for a run
/// on the CPU) by NVML and the processor packages by RAPL. `assumed` stands in for a device that
/// has no measured series. Of several processes on a node
/// only local rank 0 reads the packages, which all of them share. Throws: DataError on a broken
/// replay file, and nothing else.
PowerSources find_power_sources(const EnergyConfig& config,
                                const std::vector<std::string>& gpu_uuids,
                                const std::vector<AssumedPower>& assumed = {},
                                const char* nvml_library = "libnvidia-ml.so.1",
                                int64_t local_rank = 0);

}  // namespace assay
