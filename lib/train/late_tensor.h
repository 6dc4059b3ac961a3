#pragma once

#include <ATen/core/Tensor.h>

namespace assay {

/// A host copy of `tensor` that is complete once the device has passed this point of its stream.
/// From a GPU the copy goes into pinned memory and nothing waits for it; the caller reads it when a
/// mark set later has been reached (StepProfiler gives such marks). An undefined tensor stays
/// undefined.
at::Tensor copy_late(const at::Tensor& tensor);

}  // namespace assay
