#pragma once

#include <optional>
#include <string>

#include "energy/power_source.h"

namespace assay {

/// What stands in for a measurement that the machine does not allow: a share of the thermal design
/// power, drawn all the time.
struct AssumedPower {
  std::string device_uuid;   ///< GPU UUID; empty for a processor
  Watts tdp;                 ///< from the registry, with its source there
  double utilisation = 1.0;  ///< share of the TDP, 0 to 1
};

/// Assumed energy: utilisation x TDP x time. Never a measurement, and named so wherever it shows.
class TdpSource : public PowerSource {
 public:
  explicit TdpSource(AssumedPower power) : power_(std::move(power)) {}

  [[nodiscard]] std::vector<EnergySeries> series() const override;
  [[nodiscard]] EnergyReadings read(double now_unix_s) noexcept override;

 private:
  AssumedPower power_;
  std::optional<double> start_unix_s_;
};

}  // namespace assay
