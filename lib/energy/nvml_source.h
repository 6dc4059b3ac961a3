#pragma once

#include <optional>
#include <string>
#include <vector>

#include "energy/nvml_library.h"
#include "energy/power_integral.h"
#include "energy/power_source.h"

namespace assay {

/// Energy of NVIDIA GPUs. Per device: the total-energy counter where it has one (Measured) and
/// beside it the integral of its power readings (Derived), which is the only figure where there is
/// no counter. Counters cover the whole board, so a device in MIG mode is refused.
/// Scope: GPU board (no fans, NIC, host or power-supply loss).
class NvmlSource : public PowerSource {
 public:
  /// Finds the devices `uuids`, or all devices where that is empty, and appends the source to
  /// `found`, or why there is none.
  static void find(const std::vector<std::string>& uuids, PowerSources& found,
                   const char* library = "libnvidia-ml.so.1");

  [[nodiscard]] std::vector<EnergySeries> series() const override;
  [[nodiscard]] EnergyReadings read(double now_unix_s) noexcept override;
  [[nodiscard]] std::optional<Watts> limit(const EnergySeries& series) const override;

 private:
  struct Gpu {
    std::string uuid;
    nvml::Device device;
    bool has_counter;
    PowerIntegral integral;
  };

  explicit NvmlSource(NvmlLibrary library) : nvml_(std::move(library)) {}
  void add(const std::string& uuid, std::vector<std::string>& unavailable);
  void read(Gpu& gpu, double now_unix_s, EnergyReadings& readings) const;

  NvmlLibrary nvml_;
  std::vector<Gpu> gpus_;
};

}  // namespace assay
