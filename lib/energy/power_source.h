#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "record/step_record.h"
#include "units/sourced.h"

namespace assay {

/// One cumulative energy series of a source.
struct EnergySeries {
  std::string source;       ///< "nvml_counter", "nvml_power_integral", "rapl", "hwmon_counter" ...
  std::string device_uuid;  ///< GPU UUID, or the zone's name for RAPL
  Provenance provenance = Provenance::kMeasured;

  friend bool operator==(const EnergySeries&, const EnergySeries&) = default;
};

/// What one poll gave: the samples, and for every series that did not answer why.
struct EnergyReadings {
  std::vector<EnergySample> samples;
  std::vector<std::string> failures;
};

/// Reads cumulative joules of one or more devices. Used by one thread at a time.
class PowerSource {
 public:
  virtual ~PowerSource() = default;
  [[nodiscard]] virtual std::vector<EnergySeries> series() const = 0;
  /// Reads every series once. A fault of the hardware is a failure in the result, never an
  /// exception: telemetry does not stop training. No reading is ever made up.
  [[nodiscard]] virtual EnergyReadings read(double now_unix_s) noexcept = 0;
  /// The power that the device of a series may draw, where the source knows it.
  [[nodiscard]] virtual std::optional<Watts> limit(const EnergySeries& /*series*/) const {
    return std::nullopt;
  }
};

/// What a search for sources found. `unavailable` says for each source that is missing why, and how
/// to enable it.
struct PowerSources {
  std::vector<std::unique_ptr<PowerSource>> sources;
  std::vector<std::string> unavailable;

  /// "nvml_counter GPU-1234" for each series, as the manifest lists them.
  [[nodiscard]] std::vector<std::string> series_names() const;
};

}  // namespace assay
