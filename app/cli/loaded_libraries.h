#pragma once

#include <optional>
#include <string>
#include <vector>

namespace assay::app {

/// File names of the shared libraries in this process.
std::vector<std::string> loaded_libraries();

/// The CUDA version that this program needs (13000 is 13.0), from its CUDA run-time library;
/// nothing in a build without CUDA.
std::optional<int> needed_cuda_version();

}  // namespace assay::app
