#pragma once

#include <c10/core/Device.h>

#include <optional>

#include "units/quantity.h"

namespace assay {

/// From now on the tensors of this process in host memory are counted, by LibTorch's own allocator
/// with two additions to a counter around it. Further calls change nothing. Call it before the
/// first tensor: those made before are not counted.
void count_host_tensors();

/// The most bytes that tensors on a device have held at one time, blocks that the allocator keeps
/// for later not counted. Nothing for a CPU whose tensors are not counted.
std::optional<Bytes> peak_tensor_bytes(at::Device device);

/// What tensors hold now is the peak so far.
void restart_tensor_peak(at::Device device);

/// The most memory that this process has held resident (VmHWM): tensors, libraries, files that are
/// mapped. Nothing where the kernel does not tell.
std::optional<Bytes> peak_resident_bytes();

}  // namespace assay
