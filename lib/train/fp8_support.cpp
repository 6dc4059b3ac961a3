#include "train/fp8_support.h"

#include <fmt/format.h>

#if ASSAY_CUDA
#include <c10/cuda/CUDAException.h>
#include <cuda_runtime_api.h>
#endif

#include "error/error.h"

namespace assay {

void require_fp8_capability(const CudaCapability& gpu) {
  if (gpu.major == 9) return;
  throw DeviceError(fmt::format(
      "[device] train.precision = \"fp8\" wants a GPU of compute capability 9 (Hopper), for which "
      "the library has products with blockwise scales: {} has {}.{} (--set train.precision=bf16)",
      gpu.name, gpu.major, gpu.minor));
}

void require_fp8_products(at::Device device) {
  if (device.is_cpu()) return;
#if ASSAY_CUDA
  cudaDeviceProp properties{};
  C10_CUDA_CHECK(cudaGetDeviceProperties(&properties, device.index()));
  require_fp8_capability({properties.name, properties.major, properties.minor});
#endif
}

}  // namespace assay
