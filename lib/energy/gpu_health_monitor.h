#pragma once

#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "energy/gpu_health.h"
#include "energy/nvml_library.h"

namespace assay {

/// Asks NVML how the GPUs of a run are, on a thread of its own, from construction to destruction:
/// neither training nor a scrape ever waits for the driver.
class GpuHealthMonitor {
 public:
  /// Monitors the GPUs `uuids`; nothing where there is none of them or no NVML. Why is told by the
  /// energy sources, which meet the same library.
  static std::unique_ptr<GpuHealthMonitor> find(const std::vector<std::string>& uuids,
                                                Seconds period = Seconds(5),
                                                const char* library = "libnvidia-ml.so.1");

  GpuHealthMonitor(GpuHealthMonitor&&) = delete;
  GpuHealthMonitor& operator=(GpuHealthMonitor&&) = delete;
  ~GpuHealthMonitor() = default;

  /// The last reading of every GPU; any thread may ask.
  [[nodiscard]] std::vector<GpuHealth> latest() const;

 private:
  using Gpus = std::vector<std::pair<std::string, nvml::Device>>;

  GpuHealthMonitor(NvmlLibrary library, Gpus gpus, Seconds period);
  void read();
  void run(const std::stop_token& stop, Seconds period);

  NvmlLibrary nvml_;
  Gpus gpus_;
  mutable std::mutex mutex_;  ///< guards latest_
  std::vector<GpuHealth> latest_;
  std::jthread thread_;  ///< last: it uses all of the above
};

}  // namespace assay
