#pragma once

#include <string>
#include <vector>

#include "plan/training_plan.h"
#include "registry/published_throughput.h"
#include "specs/model_spec.h"

namespace assay {

/// What a plan's figures say nothing of, since nobody has published anything like it: numbers of
/// devices, batches, sequences, sizes and precisions. One sentence each.
std::vector<std::string> plan_warnings(const ModelSpec& spec, const TrainingRequest& request,
                                       const std::vector<PublishedThroughput>& published,
                                       const Registry& registry);

/// "an MFU of 71 % ...: ... reached at most 60 %" where no published run on that device (else on
/// its architecture, else anywhere) in that precision came so high; else empty. Against the dense
/// peak of the precision, exact_causal.
std::string above_known_runs(double mfu, const TrainingRequest& request,
                             const std::vector<PublishedThroughput>& published,
                             const Registry& registry);

}  // namespace assay
