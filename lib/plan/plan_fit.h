#pragma once

#include <string>

#include "plan/training_plan.h"
#include "registry/registry.h"
#include "specs/model_spec.h"

namespace assay {

/// Adds the device's memory, and the layout that fits; where none does, the smallest, and by
/// doubling a number of devices that would do (up to a million). Nothing where the registry does
/// not know the memory.
void add_memory(const ModelSpec& spec, const Device& device, TrainingPlan& plan);

/// Why nothing but compute and memory can be said of a plan: it does not fit, or nothing is known
/// of the device's efficiency. Empty where more can be said.
std::string reason_for_no_figures(const TrainingPlan& plan);

}  // namespace assay
