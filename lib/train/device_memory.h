#pragma once

#include <c10/core/Device.h>

#include "units/quantity.h"

namespace assay {

/// Memory of a device as a run sees it.
struct DeviceMemory {
  Bytes used;   ///< by this process (CPU: resident; GPU: of the whole device)
  Bytes limit;  ///< CPU: the least of memory, control group and address space limits
  /// What could be taken now. CPU: the least of what the kernel calls available and what the
  /// control group and the address space leave; GPU: what the driver calls free.
  Bytes free;
};
DeviceMemory device_memory(at::Device device);

}  // namespace assay
