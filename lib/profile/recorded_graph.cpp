#if ASSAY_CUDA

#include "profile/recorded_graph.h"

#include <ATen/core/CachingHostAllocator.h>
#include <c10/cuda/CUDACachingAllocator.h>
#include <c10/cuda/CUDAException.h>
#include <c10/cuda/CUDAGuard.h>
#include <c10/cuda/CUDAStream.h>

namespace assay {
namespace {

/// Leaves a capture that broke off, so that the stream takes work again. Where the driver refuses
/// to end it, LibTorch 2.11 leaves its allocators as in a capture: nothing that they hold would be
/// given back when memory is short.
void abandon(at::cuda::CUDAGraph& graph, c10::DeviceIndex device, c10::MempoolId_t pool) {
  try {
    graph.capture_end();
    return;
  } catch (const c10::Error&) {  // that it broke off is why we are here
  }
  static_cast<void>(cudaGetLastError());
  try {
    c10::cuda::CUDACachingAllocator::endAllocateToPool(device, pool);
    c10::cuda::CUDACachingAllocator::releasePool(device, pool);
    at::HostAllocator& pinned = *at::getHostAllocator(at::kCUDA);
    pinned.end_allocate_to_pool(pool);
    pinned.release_pool(pool);
  } catch (const c10::Error&) {  // it had ended
  }
}

}  // namespace

RecordedGraph::RecordedGraph(const std::function<void()>& work, Nodes nodes, GraphMemory memory)
    : graph_(/*keep_graph=*/nodes == Nodes::kKept) {
  const c10::cuda::CUDAStream current = c10::cuda::getCurrentCUDAStream();
  current.synchronize();
  {
    // The default stream cannot be captured.
    const c10::cuda::CUDAStreamGuard guard(
        c10::cuda::getStreamFromPool(/*isHighPriority=*/false, current.device_index()));
    graph_.capture_begin(memory.pool, cudaStreamCaptureModeThreadLocal);
    try {
      work();
      graph_.capture_end();
    } catch (...) {
      abandon(graph_, current.device_index(), memory.pool);
      throw;
    }
  }
  if (nodes == Nodes::kKept) graph_.instantiate();
}

}  // namespace assay

#endif
