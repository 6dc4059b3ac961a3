#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/torch_support/resume_choice.h"
#include "app/torch_support/run_inputs.h"
#include "energy/power_source.h"
#include "models/fp8_layers.h"
#include "record/run_manifest.h"
#include "registry/registry.h"
#include "train/checkpoint_state.h"

namespace assay::app {

/// What the manifest of a process of a run is made of.
struct ManifestSources {
  const RunConfig& config;
  const RunInputs& inputs;
  const RunDevice& device;
  const ResumeChoice& resume;
  const PowerSources& power;
  const std::optional<Price>& price_sheet;
  const std::vector<std::string>& args;
  const Fp8Layers& fp8;
  Bytes predicted_peak;
  int64_t resumed_at_step = 0;
  double process_start_unix_s = 0;
};

/// Hashes what the run depends on and fills every field. A run that goes on keeps its id. Throws:
/// DataError.
RunManifest make_manifest(const ManifestSources& sources);

/// What every checkpoint of the run says about it.
CheckpointState checkpoint_identity(const RunManifest& manifest, const RunConfig& config);

}  // namespace assay::app
