#pragma once

#include "app/torch_support/train_options.h"
#include "train/run_config.h"

namespace assay::app {

/// Prints the resolved config, parameters, FLOPs, memory fit, time, device-hours and money of a run
/// before its first step. Time is a lower bound from the ceiling measured now; a run is slower.
/// Throws: DeviceError as the run itself would.
void print_dry_run(const TrainOptions& options, const RunConfig& config);

}  // namespace assay::app
