#pragma once

#include <c10/core/Device.h>

#include <cstdint>

#include "kernels/kernel_paths.h"
#include "record/run_clock.h"
#include "record/step_record.h"
#include "train/train_config.h"

namespace assay::app {

/// How the kernels of a run choose. On a GPU they are timed in the first step; on a CPU the choice
/// stays the same everywhere, so that a run's numbers are.
kernels::KernelPaths::Options kernel_path_options(const TrainConfig& train, at::Device device);

/// Tells which kernels were found to be the fastest since the last call. The peak of tensors counts
/// anew after it: kernels that lost may have held more than the run will.
void tell_kernel_choices(kernels::KernelPaths& paths, at::Device device, const RunClock& clock,
                         int64_t step, StepSink& sink);

/// Tells the most memory that was held so far, of tensors and of the process.
void tell_memory(at::Device device, const RunClock& clock, int64_t step, StepSink& sink);

}  // namespace assay::app
