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

}  // namespace assay
