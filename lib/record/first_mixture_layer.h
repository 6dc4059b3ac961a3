#pragma once

#include <cstdint>

#include "record/run_manifest.h"

namespace assay {

/// The number, in the model, of the layer that the first row of StepRecord::tokens_per_expert tells
/// of; the others follow it. 0 where the model has no dense layers before its mixtures. Throws:
/// DataError where the manifest's model table cannot be read.
int64_t first_mixture_layer(const RunManifest& manifest);

}  // namespace assay
