#include "app/torch_support/memory_allocator.h"

#include <malloc.h>

#include <limits>

namespace assay::app {

void keep_freed_memory() {
  mallopt(M_MMAP_MAX, 0);
  mallopt(M_TRIM_THRESHOLD, std::numeric_limits<int>::max());
}

}  // namespace assay::app
