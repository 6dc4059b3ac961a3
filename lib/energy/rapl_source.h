#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "energy/power_source.h"

namespace assay {

/// Where Linux shows RAPL (Intel and AMD alike). In a container the host's folder must be mounted
/// at another path, because the runtime masks this one.
inline constexpr const char* kPowercapRoot = "/sys/class/powercap";

/// Energy of processor packages as RAPL counts it. Only package zones are read: a package holds its
/// core and uncore zones, and psys holds the packages, so zones are never added up.
/// Scope: processor packages (no DRAM, no board). The counter wraps; reading it at least every few
/// minutes is enough (262 kJ last 22 minutes at 200 W).
/// Source: Linux, Documentation/power/powercap/powercap.rst.
class RaplSource : public PowerSource {
 public:
  /// Finds the packages below `root` and appends the source to `found`, or why there is none.
  static void find(const std::filesystem::path& root, PowerSources& found);

  [[nodiscard]] std::vector<EnergySeries> series() const override;
  [[nodiscard]] EnergyReadings read(double now_unix_s) noexcept override;

 private:
  struct Zone {
    std::string name;  ///< "package-0"
    std::filesystem::path counter;
    uint64_t range_uj = 0;  ///< the counter goes from 0 to this and starts again
    std::optional<uint64_t> last_uj;
    uint64_t total_uj = 0;
  };

  using Refusals = std::map<std::string, std::string>;  ///< why, and the zones it is said of

  void add(const std::filesystem::path& folder, Refusals& refusals);

  std::vector<Zone> zones_;
};

}  // namespace assay
