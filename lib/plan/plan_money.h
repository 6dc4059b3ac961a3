#pragma once

#include "plan/plan_figure.h"
#include "plan/training_plan.h"
#include "registry/registry.h"

namespace assay {

/// What device-hours cost: at the request's price ("2.5 USD/gpu_h", or the id of one of the
/// registry's), else at the registry's newest market price of the device; lacking where there is
/// none. Throws: ConfigError for a price that is none, DataError for an id that the registry does
/// not have (naming the nearest) and for one of another device.
PlannedFigure planned_money(const TrainingRequest& request, const Registry& registry,
                            const Factor& hours);

}  // namespace assay
