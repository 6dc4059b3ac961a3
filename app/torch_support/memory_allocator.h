#pragma once

namespace assay::app {

/// Tells the allocator to keep memory that was given back. LibTorch allocates and frees the same
/// large tensors at every step on a CPU; by default each comes fresh from the kernel and pays a
/// page fault for every 4 KiB (30 % of a GPT-2 step). Call it before the first tensor.
void keep_freed_memory();

}  // namespace assay::app
