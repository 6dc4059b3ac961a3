#pragma once

#include <cstdint>

#include "data/batch_stream.h"
#include "distributed/comm.h"
#include "models/language_model.h"
#include "profile/step_profiler.h"
#include "train/adamw.h"
#include "train/step_figures.h"

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

/// One optimizer step (1 is the first). Nothing in it waits for the device: what it found out is
/// read from the result when the profiler has the step's times.
StepFigures train_step(const StepParts& parts, int64_t step, double learning_rate);

}  // namespace assay
