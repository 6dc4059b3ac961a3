#pragma once

#include <optional>
#include <string>
#include <vector>

#include "plan/efficiency_model.h"
#include "plan/training_plan.h"
#include "registry/published_throughput.h"
#include "registry/registry.h"
#include "specs/model_spec.h"

namespace assay {

/// The share of the roofline that a plan reckons with, or why it reckons with none.
struct PlannedEfficiency {
  std::optional<EfficiencyEstimate> estimate;
  std::string basis;  ///< "share of the roofline as in 27 published runs"; or what is missing
  std::vector<std::string> warnings;
  Provenance provenance = Provenance::kDerived;  ///< kAssumed where the MFU was
};

/// From the published runs; from the request's probe or its MFU where it has one. Nothing on a kind
/// of device (cpu, tpu, npu) that no published run is of. On a vendor that none is of, the
/// logarithm of the interval is twice as wide, and its low end no higher than half the lowest
/// published share. Throws: DataError for a probe of another model, device, precision or sequence
/// length, and for one that is no evidence; ConfigError for an MFU that is no share of the peak.
PlannedEfficiency planned_efficiency(const ModelSpec& spec, const Device& device,
                                     const TrainingRequest& request, double roofline_seconds,
                                     const std::vector<PublishedThroughput>& published,
                                     const Registry& registry);

}  // namespace assay
