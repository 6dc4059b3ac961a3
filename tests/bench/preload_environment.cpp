// For LD_PRELOAD: gives a peer the allocator setting and the MKL kernels that the program gives
// itself.

#include "app/torch_support/memory_allocator.h"

namespace {

[[gnu::constructor]] void set_up() { assay::app::keep_freed_memory(); }

}  // namespace
