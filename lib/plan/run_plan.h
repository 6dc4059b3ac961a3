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
#include "units/quantity.h"
#include "units/sourced.h"

namespace assay {

/// What is known of a run before its first step.
struct PlanInput {
  ModelSpec spec;
  std::vector<StageInfo> stages;
  int64_t num_devices = 1;
  /// Weights, gradients and optimizer state; AdamW in fp32: 4 + 4 + 8.
  double state_bytes_per_parameter = 0;
  int64_t tokens_per_micro_batch = 0;          ///< on one device
  double logit_bytes = 4;                      ///< per logit: the loss is computed in fp32
  std::optional<double> bytes_per_activation;  ///< of the blocks; absent: not reckoned
  Recompute recompute = Recompute::kNone;
  std::optional<Bytes> device_memory;
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
  Bytes state;   ///< weights, gradients, optimizer state, on every device (no sharding)
  Bytes logits;  ///< logits of one micro-batch and their gradient
  /// Of the blocks, of one micro-batch: own_activation_memory, with what is computed again.
  std::optional<Bytes> activations;
  std::optional<double> memory_share;  ///< (state + logits + activations) / device memory
  std::optional<PlanCost> cost;
  std::vector<std::string> not_known;
};

RunPlan plan_run(const PlanInput& input);

/// For people, one figure a line.
std::string to_text(const RunPlan& plan);
/// For programs: one JSON object with units in its keys; what is not known is null.
std::string to_json(const RunPlan& plan);

}  // namespace assay
