#pragma once

#include "app/torch_support/train_options.h"
#include "error/error.h"
#include "train/run_config.h"

namespace assay::app {

/// Trains as the options say, from the device check to the final lines. Returns 0, 75 or 7; throws
/// what lib/error names.
ExitCode train_run(const TrainOptions& options, const RunConfig& config);

/// The run config of the command line, with the environment and --set over it.
RunConfig load_train_config(const TrainOptions& options);

}  // namespace assay::app
