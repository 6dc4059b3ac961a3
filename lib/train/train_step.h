#pragma once

#include <cstdint>
#include <vector>

#include "data/batch_stream.h"
#include "distributed/comm.h"
#include "models/language_model.h"
#include "profile/step_profiler.h"
#include "train/adamw.h"
#include "train/step_figures.h"
#include "train/step_sums.h"

namespace assay {

/// What a training step works on. Nothing here is owned.
struct StepParts {
  LanguageModel& model;
  AdamW& optimizer;
  const data::BatchStream& batches;
  const Comm& comm;
  StepProfiler& profiler;
  at::Device device;
  int64_t micro_batch = 0;   ///< sequences of one forward and backward pass
  int64_t grad_accum = 0;    ///< such passes per step
  int64_t layers_every = 0;  ///< time the layers of every n-th step; 0: never
};

/// True where the layers of `step` are to be timed.
[[nodiscard]] bool times_layers(const StepParts& parts, int64_t step);

/// The micro-batches of `step` that this rank has, on the CPU.
[[nodiscard]] std::vector<Batch> batches_of(const StepParts& parts, int64_t step);

/// What a step leaves on the device.
struct StepResults {
  StepSums sums;
  UpdateStats update;
};

/// All that the device does in a step once its micro-batches lie there: passes over each, their
/// sums over all ranks, the update; in the phases that these are. On a GPU it waits for nothing and
/// takes no number from the host but sizes, so that it can be recorded. `learning_rate`:
/// AdamW::step.
StepResults do_step(const StepParts& parts, const std::vector<Batch>& batches,
                    const at::Tensor& learning_rate, bool time_layers);

/// Starts the copies of a step's results to the host and ends the profiler's step.
StepFigures end_step(const StepParts& parts, int64_t step, double learning_rate,
                     const StepResults& results);

/// One optimizer step (1 is the first), operator by operator. Nothing in it waits for the device:
/// what it found out is read from the result when the profiler has the step's times.
StepFigures train_step(const StepParts& parts, int64_t step, double learning_rate);

}  // namespace assay
