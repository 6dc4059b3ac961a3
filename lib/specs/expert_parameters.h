#pragma once

#include <cstdint>

#include "specs/model_spec.h"

namespace assay {

/// Weights of the routed experts of all layers, which expert parallelism splits; 0 for dense
/// models. Biases of experts are not among them.
double expert_parameters(const ModelSpec& spec);

/// Layers with a router.
int64_t num_mixture_layers(const ModelSpec& spec);

}  // namespace assay
