#if ASSAY_CUDA

#include "profile/recorded_graph.h"

#include <c10/cuda/CUDAException.h>
#include <c10/cuda/CUDAGuard.h>
#include <c10/cuda/CUDAStream.h>

namespace assay {
namespace {

/// Leaves a capture that broke off, so that the stream takes work again.
void abandon(at::cuda::CUDAGraph& graph) {
  try {
    graph.capture_end();
  } catch (const c10::Error&) {  // that it broke off is why we are here
  }
  static_cast<void>(cudaGetLastError());
}

}  // namespace

RecordedGraph::RecordedGraph(const std::function<void()>& work, Nodes nodes)
    : graph_(/*keep_graph=*/nodes == Nodes::kKept) {
  const c10::cuda::CUDAStream current = c10::cuda::getCurrentCUDAStream();
  current.synchronize();
  {
    // The default stream cannot be captured.
    const c10::cuda::CUDAStreamGuard guard(
        c10::cuda::getStreamFromPool(/*isHighPriority=*/false, current.device_index()));
    graph_.capture_begin({0, 0}, cudaStreamCaptureModeThreadLocal);
    try {
      work();
    } catch (...) {
      abandon(graph_);
      throw;
    }
    graph_.capture_end();
  }
  if (nodes == Nodes::kKept) graph_.instantiate();
}

}  // namespace assay

#endif
