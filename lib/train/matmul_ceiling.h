#pragma once

#include <ATen/core/Tensor.h>

#include "train/train_config.h"
#include "units/quantity.h"

namespace assay {

/// The best rate of square matrix products that this device reached in about `budget`, in the
/// precision of a run (of fp8: in bf16, as the headline utilisation). It is what was measured here
/// and now: never call it a peak. FLOPs of one product: 2 n^3.
FlopsPerSecond measure_matmul_ceiling(at::Device device, Precision precision,
                                      Seconds budget = Seconds(0.3));

}  // namespace assay
