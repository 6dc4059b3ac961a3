#pragma once

#include <cstdint>
#include <map>
#include <string>

namespace assay {

/// Sets the flags that decide which bits LibTorch computes, for the whole process: full fp32
/// products, no search for kernels by timing, a fixed cuBLAS workspace, a fixed number of threads
/// (0: as many as the process may use). Call it before the first use of CUDA.
void apply_numerics(int64_t num_threads);

/// The flags in force, by name, for the manifest.
std::map<std::string, std::string> numerics_in_force();

}  // namespace assay
