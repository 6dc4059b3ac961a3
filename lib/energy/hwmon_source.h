#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "energy/power_integral.h"
#include "energy/power_source.h"

namespace assay {

/// Where Linux shows graphics devices.
inline constexpr const char* kDrmRoot = "/sys/class/drm";

/// Energy of GPUs whose drivers tell it to the kernel (amdgpu, i915, xe), named by PCI address
/// ("0000:03:00.0"). Per device: `energy1_input`, a counter in microjoules (Measured, Intel), and
/// beside it the integral of `power1_average` or `power1_input`, in microwatts (Derived), which is
/// the only figure where there is no counter (AMD).
/// Scope: what the driver's sensor covers, on AMD the socket, on Intel the package or card.
/// Source: Linux, Documentation/hwmon/sysfs-interface.rst, Documentation/gpu/amdgpu/thermal.rst,
/// Documentation/ABI/testing/sysfs-driver-intel-i915-hwmon.
class HwmonSource : public PowerSource {
 public:
  /// Finds the devices with these PCI addresses below `root` and appends the source to `found`, or
  /// why there is none.
  static void find(const std::vector<std::string>& pci_addresses, const std::filesystem::path& root,
                   PowerSources& found);

  [[nodiscard]] std::vector<EnergySeries> series() const override;
  [[nodiscard]] EnergyReadings read(double now_unix_s) noexcept override;

 private:
  struct Gpu {
    std::string address;
    std::filesystem::path counter;  ///< empty: none
    std::filesystem::path power;    ///< empty: none
    PowerIntegral integral;
  };

  static void read(Gpu& gpu, double now_unix_s, EnergyReadings& readings);

  std::vector<Gpu> gpus_;
};

}  // namespace assay
