#pragma once

#include <filesystem>
#include <string>

#include "app/torch_support/run_inputs.h"
#include "app/torch_support/run_outputs.h"
#include "error/error.h"
#include "record/run_clock.h"
#include "train/stop_token.h"
#include "train/trainer.h"

namespace assay::app {

/// "20261122T083000Z": the folder of a run under runs/ where --out names none.
std::string fresh_run_name(double process_start_unix_s);

/// The documented exit code of a run that was not broken off by an error.
ExitCode exit_code_of(StopReason reason);

/// Says where the run goes and what it is.
void print_start(const RunManifest& manifest, const RunConfig& config, const RunOutputs& outputs,
                 int64_t resumed_at_step);

/// A model that can be asked for text.
struct SampleParts {
  LanguageModel& model;
  const RunInputs& inputs;
  const RunConfig& config;
  at::Device device;
  RunClock clock;
};

/// Samples text and gives it to `sink` as the event "sample".
void write_sample(const SampleParts& parts, int64_t step, StepSink& sink);

/// Prints the final lines from the run directory: time, device-hours, cost, validation, sample.
void print_end(const std::filesystem::path& run_dir, const RunInputs& inputs,
               const TrainResult& result);

}  // namespace assay::app
