#pragma once

#include "metrics/metrics_registry.h"
#include "record/step_record.h"

namespace assay {

/// Shows how the routers of a step spread its tokens. A model may have a hundred mixture layers of
/// hundreds of experts, and a rank shows fewer than 300 series: load is shown by layer always, the
/// rest by layer up to 12 layers and over all of them beyond, and each expert's load up to 64 in
/// all layers. Layers have their numbers in the model, of which `first_layer` is the first
/// mixture's.
void show_mixture(const StepRecord& step, int64_t first_layer, MetricsRegistry& registry);

}  // namespace assay
