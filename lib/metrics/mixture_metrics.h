#pragma once

#include "metrics/metrics_registry.h"
#include "record/step_record.h"

namespace assay {

/// Shows how the routers of a step spread its tokens, by the layer's number in the model. A model
/// may have a hundred mixture layers of hundreds of experts, and a rank shows fewer than 300
/// series: load is shown by layer always, the rest by layer up to 12 layers and over all of them
/// beyond, and each expert's load up to 64 in all layers.
void show_mixture(const StepRecord& step, MetricsRegistry& registry);

}  // namespace assay
