#pragma once

#include <cstdint>

#include "metrics/metrics_sink.h"
#include "profile/step_profiler.h"
#include "record/run_manifest.h"
#include "record/step_record.h"

namespace assay {

/// The marks of a step with four micro-batches and nothing else in it.
StepProfile profiled_step(StepProfiler& profiler);

/// A step of a mixture of 8 layers and 8 experts.
StepRecord record_of(int64_t step, StepProfile profile);

/// A run on one GPU, and what its metrics show.
RunManifest metered_manifest();
MetricsFacts metered_facts();

}  // namespace assay
