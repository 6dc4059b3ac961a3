#pragma once

#include <array>
#include <cstddef>
#include <string>

namespace assay {

/// The 16 bytes of cudaDeviceProp::uuid as NVML writes them: "GPU-8-4-4-4-12" in hex. NVML indices
/// ignore CUDA_VISIBLE_DEVICES, so this is how a CUDA device is found in NVML.
std::string gpu_uuid_text(const std::array<std::byte, 16>& uuid);

}  // namespace assay
