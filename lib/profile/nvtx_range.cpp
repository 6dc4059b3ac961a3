#include "profile/nvtx_range.h"

#if ASSAY_CUDA
#include <nvtx3/nvToolsExt.h>
#endif

namespace assay {

#if ASSAY_CUDA
void open_nvtx_range(const char* name) { nvtxRangePushA(name); }
void close_nvtx_range() { nvtxRangePop(); }
#else
void open_nvtx_range(const char* /*name*/) {}
void close_nvtx_range() {}
#endif

}  // namespace assay
