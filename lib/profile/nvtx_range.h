#pragma once

namespace assay {

/// Opens a range in NVTX, by which NVIDIA's profilers show phases and layers; a few nanoseconds
/// where none of them looks on, nothing in a build without CUDA. Ranges of a thread nest.
void open_nvtx_range(const char* name);
void close_nvtx_range();

}  // namespace assay
