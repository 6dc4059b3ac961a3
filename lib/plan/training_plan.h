#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "plan/efficiency_model.h"
#include "plan/parallel_layout.h"
#include "plan/roofline.h"
#include "record/probe_record.h"
#include "registry/published_throughput.h"
#include "registry/registry.h"
#include "units/sourced.h"

namespace assay {

/// A training that is thought of: this model on so many tokens with these devices.
struct TrainingRequest {
  std::string model;   ///< registry id, or the name of `shape`
  std::string device;  ///< registry id
  double tokens = 0;
  int64_t num_devices = 1;
  std::string precision = "bf16";
  int64_t seq_len = 0;   ///< 0: 4096, or the model's longest where that is shorter; said so
  std::string software;  ///< as in configs/registry/throughput; empty: any
  std::string price;     ///< "2.5 USD/gpu_h" or a registry id; empty: the newest market price
  std::string grid;      ///< registry id; empty: no carbon
  std::optional<ProbeRecord> probe;  ///< measured layers in place of published speeds
  std::optional<double> mfu;         ///< own assumption in their place: exact_causal, a share of 1
  std::optional<ModelSpec> shape;    ///< of a model that is not the registry's
};

/// A figure of a plan with its 90 % interval, or why there is none.
struct PlannedFigure {
  std::string name;  ///< "time", "device_hours", "money", "energy", "carbon" ...
  std::string unit;
  std::optional<double> value;
  double low = 0;
  double high = 0;
  Provenance provenance = Provenance::kDerived;
  std::string basis;  ///< formula and sources, or what is missing
};

/// Time, money, energy, carbon and memory of a training before it starts.
struct TrainingPlan {
  TrainingRequest request;
  std::vector<std::string> assumptions;          ///< what was filled in
  std::vector<std::string> warnings;             ///< what no published run resembles
  double flops = 0;                              ///< exact_causal, of the whole training
  RooflineTime roofline;                         ///< seconds of one token on one device
  std::optional<EfficiencyEstimate> efficiency;  ///< share of it that is reached
  std::string efficiency_basis;                  ///< what it rests on, or why there is none
  double peak_flops = 0;
  std::optional<double> mfu;  ///< exact_causal against the dense peak of the precision
  std::vector<PlannedFigure> figures;
  std::optional<Bytes> device_memory;
  std::optional<ParallelLayout> layout;    ///< absent where none fits or the memory is not known
  std::optional<ParallelLayout> smallest;  ///< where none fits: the least that it would take
  std::optional<int64_t> fits_from;        ///< where none fits: a number of devices that would do
  size_t num_known = 0;                    ///< published runs that the efficiency rests on
  std::vector<PublishedThroughput> rests_on;  ///< of them those with the chosen software, else all
  size_t num_like = 0;                        ///< of them with the chosen software
};

/// Reckons a plan. Throws: DataError for an unknown model, device, grid or price (naming the
/// nearest), a model without a shape, a device without that peak, software that no published run
/// names and a probe that is of something else, and ConfigError for numbers that cannot be.
TrainingPlan plan_training(const TrainingRequest& request, const Registry& registry,
                           const std::vector<PublishedThroughput>& published);

/// For people.
std::string plan_text(const TrainingPlan& plan);
/// For programs: units in the keys, absent is null.
std::string plan_json(const TrainingPlan& plan, const std::string& registry_hash);

}  // namespace assay
