#pragma once

#include "metrics/metrics_registry.h"
#include "record/step_record.h"

namespace assay {

/// Shows how the routers of a step spread its tokens: load by layer, and one series over all layers
/// for the rest, since a model may have a hundred of them.
void show_mixture(const StepRecord& step, MetricsRegistry& registry);

}  // namespace assay
