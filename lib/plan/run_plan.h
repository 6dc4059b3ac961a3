#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "cost/run_efficiency.h"
#include "cost/run_prices.h"
#include "record/run_manifest.h"
#include "specs/model_spec.h"
#include "specs/training_peak.h"
#include "units/quantity.h"
#include "units/sourced.h"

namespace assay {

/// What is known of a run before its first step.
struct PlanInput {
  ModelSpec spec;
  std::vector<StageInfo> stages;
  int64_t num_devices = 1;
  TrainingPeak memory;                                 ///< of one device that holds the whole model
  std::optional<Bytes> device_memory;                  ///< all of it
  std::optional<Bytes> free_memory;                    ///< what of it could be taken now
  std::optional<Sourced<TokensPerSecond>> throughput;  ///< of all devices together
  std::optional<RateCeiling> ceiling;
  std::optional<Sourced<HourlyPrice>> rent;
  std::optional<Money> budget;  ///< what the run may cost, in the rent's currency
};

/// Time, device-hours and money. From a throughput these are projections; from a ceiling they are
/// the least that is possible, since no run is faster than its device.
struct PlanCost {
  bool is_lower_bound = false;
  Seconds wall;
  GpuHours device_hours;
  std::optional<Money> rent;
  std::optional<Money> budget;
  std::string basis;  ///< "1234 token/s (measured ...)", "exact_causal at measured_ceiling ..."
};

/// A run before it starts. What cannot be known is absent and named in `not_known`.
struct RunPlan {
  ParameterCounts parameters;
  Tokens tokens;
  int64_t num_steps = 0;
  std::map<FlopConvention, Flops> flops;
  TrainingPeak memory;  ///< on every device (no sharding)
  std::optional<Bytes> free_memory;
  std::optional<double> memory_share;  ///< the peak / device memory
  std::optional<PlanCost> cost;
  std::vector<std::string> not_known;
};

RunPlan plan_run(const PlanInput& input);

/// For people, one figure a line.
std::string to_text(const RunPlan& plan);
/// For programs: one JSON object with units in its keys; what is not known is null.
std::string to_json(const RunPlan& plan);

}  // namespace assay
