#include "generate/graph_recorder.h"

#if ASSAY_CUDA

#include <memory>

#include "profile/recorded_graph.h"

namespace assay {

WorkRecorder graph_recorder(at::Device device) {
  if (!device.is_cuda()) return nullptr;
  return [](const std::function<void()>& work) -> std::function<void()> {
    const auto graph = std::make_shared<RecordedGraph>(work, RecordedGraph::Nodes::kDropped);
    return [graph] { graph->launch(); };
  };
}

}  // namespace assay

#else

namespace assay {

WorkRecorder graph_recorder(at::Device) { return nullptr; }

}  // namespace assay

#endif
