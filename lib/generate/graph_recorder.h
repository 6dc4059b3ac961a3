#pragma once

#include <c10/core/Device.h>

#include "generate/decode_stepper.h"

namespace assay {

/// Records by CUDA graphs (at::cuda::CUDAGraph) on a CUDA device; empty on any other. What is
/// recorded must not wait for the device, nor take memory or shapes from what the device computed.
WorkRecorder graph_recorder(at::Device device);

}  // namespace assay
