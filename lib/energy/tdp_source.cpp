#include "energy/tdp_source.h"

#include <algorithm>

namespace assay {

std::vector<EnergySeries> TdpSource::series() const {
  return {{"tdp", power_.device_uuid, Provenance::kAssumed}};
}

EnergyReadings TdpSource::read(double now_unix_s) noexcept {
  if (!start_unix_s_) start_unix_s_ = now_unix_s;
  const Watts power = power_.utilisation * power_.tdp;
  const Seconds time(std::max(0.0, now_unix_s - *start_unix_s_));
  return {.samples = {{.time_unix_s = now_unix_s,
                       .source = "tdp",
                       .device_uuid = power_.device_uuid,
                       .energy = power * time,
                       .power = power,
                       .provenance = Provenance::kAssumed}},
          .failures = {}};
}

}  // namespace assay
