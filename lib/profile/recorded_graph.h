#pragma once

#include <ATen/cuda/CUDAGraph.h>

#include <functional>

namespace assay {

/// Where graphs have the memory of what they compute, apart from all other memory of the device.
/// Graphs that never run beside one another may share it.
struct GraphMemory {
  c10::MempoolId_t pool;
  static GraphMemory fresh() { return {at::cuda::graph_pool_handle()}; }
};

/// What some work does on the current CUDA device, recorded as a CUDA graph and made executable. A
/// build without CUDA has no such class.
class RecordedGraph {
 public:
  /// Whether the graph's nodes are kept, so that they can be looked at and set in the executable.
  enum class Nodes { kDropped, kKept };

  /// Runs `work` while a stream of its own is captured in place of the current one: nothing that it
  /// puts on the device is done before `launch`. `work` must not wait for the device, nor take
  /// memory or shapes from what the device computed. Other threads may go on using the device.
  /// Throws: what `work` throws, and c10::Error where the device cannot record it; the stream and
  /// the allocator are then as before.
  RecordedGraph(const std::function<void()>& work, Nodes nodes,
                GraphMemory memory = GraphMemory::fresh());

  /// Runs it on the current stream; does not wait for it.
  void launch() { graph_.replay(); }
  /// The graph; only with Nodes::kKept.
  [[nodiscard]] cudaGraph_t nodes() { return graph_.raw_cuda_graph(); }
  [[nodiscard]] cudaGraphExec_t executable() { return graph_.raw_cuda_graph_exec(); }

 private:
  at::cuda::CUDAGraph graph_;
};

}  // namespace assay
