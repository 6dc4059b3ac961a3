#pragma once

#include <c10/core/Device.h>

#include <string>

namespace assay {

/// A GPU by the name and compute capability that its driver gives.
struct CudaCapability {
  std::string name;
  int major = 0;
  int minor = 0;
};

/// Throws: DeviceError for a GPU that the library has no products of e4m3 with blockwise scales
/// for: all but compute capability 9 (Hopper).
void require_fp8_capability(const CudaCapability& gpu);

/// The same for a device at hand. On a CPU fp8 is emulated: allowed.
void require_fp8_products(at::Device device);

}  // namespace assay
