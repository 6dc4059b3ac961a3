#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "config/config.h"
#include "energy/energy_meter.h"
#include "energy/hwmon_source.h"
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
  Seconds lost_after{5.0};
  Seconds probe_time{0.5};
  std::string gpus;
  std::string drm_root = kDrmRoot;

  template <class V>
  void fields(V& visit) {
    visit("enabled", enabled, "read NVML and RAPL while training");
    visit("powercap_root", powercap_root, "where RAPL is; in a container, the mounted host folder",
          non_empty());
    visit("replay_file", replay_file, "energy file of an earlier run, played instead of measuring");
    visit("poll_period", poll_period, "time between two readings", between(0.001, 60));
    visit("record_period", record_period, "time between two recorded readings",
          between(0.001, 600));
    visit("lost_after", lost_after,
          "a source that gives nothing for so long is told as not available from its last reading",
          between(0.01, 600));
    visit("gpus", gpus,
          "GPUs to read instead of those that the run holds, by commas: UUIDs for NVML, where CUDA "
          "tells others; PCI addresses (0000:03:00.0) for AMD and Intel");
    visit("drm_root", drm_root, "where AMD and Intel GPUs are; in a container, the mounted folder",
          non_empty());
    visit("probe_time", probe_time,
          "how long each source is read before the first step, to know its tick, what a reading "
          "costs and the idle power; 0: not at all",
          between(0, 600));
  }

  [[nodiscard]] EnergyMeterOptions meter_options() const {
    return {.poll_period = poll_period, .record_period = record_period, .lost_after = lost_after};
  }
  /// The UUIDs of `gpus`, or `held` where it is empty.
  [[nodiscard]] std::vector<std::string> gpus_to_read(std::vector<std::string> held) const;
};

/// Finds what this machine can measure: GPUs `gpu_uuids` (those that the run holds; none for a run
/// on the CPU) by NVML, or by hwmon where they are PCI addresses, and the processor packages by
/// RAPL. `assumed` stands in for a device that has no measured series. Of several processes on a
/// node only local rank 0 reads the packages, which all of them share. Throws: DataError on a
/// broken replay file, and nothing else.
PowerSources find_power_sources(const EnergyConfig& config,
                                const std::vector<std::string>& gpu_uuids,
                                const std::vector<AssumedPower>& assumed = {},
                                const char* nvml_library = "libnvidia-ml.so.1",
                                int64_t local_rank = 0);

}  // namespace assay
