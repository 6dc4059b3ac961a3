#include "generate/graph_recorder.h"

#if ASSAY_CUDA

#include <ATen/cuda/CUDAGraph.h>
#include <c10/cuda/CUDAException.h>
#include <c10/cuda/CUDAGuard.h>
#include <c10/cuda/CUDAStream.h>

#include <memory>

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

std::function<void()> record_graph(const std::function<void()>& work) {
  const auto graph = std::make_shared<at::cuda::CUDAGraph>();
  const c10::cuda::CUDAStream current = c10::cuda::getCurrentCUDAStream();
  current.synchronize();
  {
    // The default stream cannot be captured.
    const c10::cuda::CUDAStreamGuard guard(
        c10::cuda::getStreamFromPool(/*isHighPriority=*/false, current.device_index()));
    // Other threads (metrics, energy) may go on using the device.
    graph->capture_begin({0, 0}, cudaStreamCaptureModeThreadLocal);
    try {
      work();
    } catch (...) {
      abandon(*graph);
      throw;
    }
    graph->capture_end();
  }
  return [graph] { graph->replay(); };
}

}  // namespace

WorkRecorder graph_recorder(at::Device device) {
  if (!device.is_cuda()) return nullptr;
  return record_graph;
}

}  // namespace assay

#else

namespace assay {

WorkRecorder graph_recorder(at::Device) { return nullptr; }

}  // namespace assay

#endif
