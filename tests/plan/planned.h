#pragma once

#include <string>

#include "error/error.h"
#include "plan/training_plan.h"
#include "shipped.h"

namespace assay::test {

inline TrainingPlan plan(const TrainingRequest& request) {
  return plan_training(request, shipped_registry(), load_throughputs(shipped_registry()));
}

inline TrainingRequest llama() {
  return {.model = "llama-3.1-8b",
          .device = "h100-sxm",
          .tokens = 1e12,
          .num_devices = 64,
          .precision = "bf16",
          .seq_len = 8192};
}

inline PlannedFigure figure(const TrainingPlan& from, const std::string& name) {
  for (const PlannedFigure& one : from.figures) {
    if (one.name == name) return one;
  }
  throw InternalError("[plan] no figure " + name);
}

}  // namespace assay::test
