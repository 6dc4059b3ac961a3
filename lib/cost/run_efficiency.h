#pragma once

#include <optional>
#include <string>
#include <vector>

#include "record/run_record.h"
#include "registry/registry.h"
#include "specs/model_spec.h"
#include "units/quantity.h"

namespace assay {

/// The rate that a utilisation divides by, per device.
struct RateCeiling {
  FlopsPerSecond rate;
  bool is_peak = false;  ///< false: `measured_ceiling`, never to be called peak
  std::string name;      ///< "h100-sxm dense bf16 peak", "measured_ceiling (fp32 matrix products)"
  std::string source;    ///< source key of the peak, or "measured when the run started"
};

/// Model FLOPs utilisation under one convention. With a measured ceiling as the denominator it is
/// the share of that ceiling, which no data sheet limits to 1.
struct Utilisation {
  FlopConvention convention{};
  Flops flops;                  ///< of the model, over the timed steps
  FlopsPerSecond achieved;      ///< per device: flops / timed wall / devices
  std::optional<double> share;  ///< achieved / ceiling; absent without a ceiling
};

/// Hardware FLOPs utilisation: exact_causal and what the backward pass computed again.
struct HardwareUtilisation {
  Recompute recompute{};
  Flops flops;
  FlopsPerSecond achieved;      ///< per device
  std::optional<double> share;  ///< achieved / ceiling; absent without a ceiling
};

/// The share of another peak of the device, under its own name: what a run in fp8 achieved
/// (exact_causal) of the dense fp8 peak. Not an MFU: attention, head and routers are not in fp8.
struct PeakShare {
  std::string name;    ///< "h100-sxm dense fp8 peak"
  std::string source;  ///< source key of the peak
  double share = 0;
};

/// How well a run used its devices. Steps marked warm-up are left out.
struct RunEfficiency {
  std::optional<RateCeiling> ceiling;
  std::vector<Utilisation> conventions;         ///< exact_causal (the headline), exact_full, six_nd
  std::optional<HardwareUtilisation> hardware;  ///< absent where the record does not say recompute
  std::optional<PeakShare> fp8;                 ///< of runs in fp8 on devices with such a peak
  std::string unavailable;                      ///< why there is no share, in one line
};

/// The denominator for a device of a run: the dense bf16 peak of the registry (fp16 where bf16 is
/// absent), else the ceiling that the run measured at start, else nothing. Never a guess.
std::optional<RateCeiling> rate_ceiling(const DeviceInfo& device, const Device* registered);

/// Utilisation of a run by all conventions. `spec` is the run's model, `registered` its devices'
/// entry in the registry or null. Throws: DataError for a recompute setting that nobody knows.
RunEfficiency run_efficiency(const RunRecord& record, const ModelSpec& spec,
                             const Device* registered);

}  // namespace assay
