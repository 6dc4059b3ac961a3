#include "profile/cuda_event_timer.h"

#if ASSAY_CUDA

#include <c10/cuda/CUDACachingAllocator.h>
#include <c10/cuda/CUDAEvent.h>
#include <c10/cuda/CUDAStream.h>

#include <algorithm>
#include <iterator>

#include "error/error.h"
#include "profile/recorded_graph.h"

namespace assay {

namespace {

constexpr double kSecondsPerMillisecond = 1e-3;

/// The nodes of a graph that record events.
std::vector<cudaGraphNode_t> event_nodes(cudaGraph_t graph) {
  size_t count = 0;
  C10_CUDA_CHECK(cudaGraphGetNodes(graph, nullptr, &count));
  std::vector<cudaGraphNode_t> nodes(count);
  C10_CUDA_CHECK(cudaGraphGetNodes(graph, nodes.data(), &count));
  std::erase_if(nodes, [](cudaGraphNode_t node) {
    cudaGraphNodeType type = cudaGraphNodeTypeEmpty;
    C10_CUDA_CHECK(cudaGraphNodeGetType(node, &type));
    return type != cudaGraphNodeTypeEventRecord;
  });
  return nodes;
}

bool records(cudaGraphNode_t node, cudaEvent_t event) {
  cudaEvent_t recorded = nullptr;
  C10_CUDA_CHECK(cudaGraphEventRecordNodeGetEvent(node, &recorded));
  return recorded == event;
}

}  // namespace

/// A graph with the events that were recorded into it, and the node of each.
class CudaEventTimer::Graph : public MarkedGraph {
 public:
  Graph(const std::function<void()>& work, GraphMemory memory)
      : graph_(work, RecordedGraph::Nodes::kKept, memory) {}

  [[nodiscard]] size_t num_marks() const override { return places_.size(); }
  void launch() override { graph_.launch(); }

  /// `places` are the events in the order in which they were recorded.
  void find_nodes(std::vector<Event> places) {
    places_ = std::move(places);
    const std::vector<cudaGraphNode_t> all = event_nodes(graph_.nodes());
    for (const Event& place : places_) {
      const auto node = std::ranges::find_if(
          all, [&](cudaGraphNode_t one) { return records(one, place->event()); });
      renewable_ = renewable_ && node != all.end();
      if (renewable_) nodes_.push_back(*node);
    }
  }

  /// Sets `events` at the places. False where the driver refuses, now or before: the graph keeps
  /// them then, since some of its nodes may record them.
  bool set(std::vector<Event>& events) {
    for (size_t i = 0; i < nodes_.size() && renewable_; ++i) {
      renewable_ = cudaGraphExecEventRecordNodeSetEvent(graph_.executable(), nodes_[i],
                                                        events[i]->event()) == cudaSuccess;
    }
    if (renewable_) return true;
    static_cast<void>(cudaGetLastError());
    std::ranges::move(events, std::back_inserter(kept_));
    return false;
  }

  [[nodiscard]] bool renewable() const { return renewable_; }
  [[nodiscard]] c10::DeviceIndex device() const { return places_.front()->device_index(); }

 private:
  RecordedGraph graph_;
  std::vector<Event> places_;
  std::vector<cudaGraphNode_t> nodes_;
  std::vector<Event> kept_;
  bool renewable_ = true;
};

CudaEventTimer::CudaEventTimer() = default;
CudaEventTimer::~CudaEventTimer() = default;

CudaEventTimer::Event CudaEventTimer::take_free() {
  if (free_.empty()) return std::make_unique<c10::cuda::CUDAEvent>(cudaEventDefault);
  Event event = std::move(free_.back());
  free_.pop_back();
  return event;
}

EventTimer::Mark CudaEventTimer::mark() {
  std::vector<Event>* const places = places_;
  // An external event becomes a node of the graph; any other one only orders streams in it.
  Event event =
      places != nullptr ? std::make_unique<c10::cuda::CUDAEvent>(cudaEventExternal) : take_free();
  event->record(c10::cuda::getCurrentCUDAStream());
  if (places != nullptr) {
    places->push_back(std::move(event));
    return static_cast<Mark>(places->size()) - 1;
  }
  recorded_.push_back(std::move(event));
  return first_ + static_cast<Mark>(recorded_.size()) - 1;
}

std::unique_ptr<MarkedGraph> CudaEventTimer::record(const std::function<void()>& work) {
  check(places_ == nullptr, "[profile] a graph is recorded inside a graph");
  if (!graph_memory_) graph_memory_ = std::make_unique<GraphMemory>(GraphMemory::fresh());
  // What steps before left to the allocator would be held beside the graph's own memory.
  c10::cuda::CUDACachingAllocator::emptyCache();
  std::vector<Event> places;
  places_ = &places;
  try {
    auto graph = std::make_unique<Graph>(work, *graph_memory_);
    places_ = nullptr;
    graph->find_nodes(std::move(places));
    return graph;
  } catch (...) {
    places_ = nullptr;
    throw;
  }
}

std::optional<EventTimer::Mark> CudaEventTimer::renew(MarkedGraph& graph) {
  auto& own = dynamic_cast<Graph&>(graph);
  if (!own.renewable()) return std::nullopt;
  const Mark first = first_ + static_cast<Mark>(recorded_.size());
  std::vector<Event> events;
  for (size_t i = 0; i < own.num_marks(); ++i) {
    events.push_back(take_free());
    events.back()->create(own.device());
  }
  if (!own.set(events)) return std::nullopt;
  std::ranges::move(events, std::back_inserter(recorded_));
  return first;
}

c10::cuda::CUDAEvent& CudaEventTimer::at(Mark mark) const {
  check(mark >= first_ && mark < first_ + static_cast<Mark>(recorded_.size()),
        "[profile] mark is not held: it was released or never made");
  return *recorded_[static_cast<size_t>(mark - first_)];
}

std::optional<Seconds> CudaEventTimer::elapsed(Mark from, Mark to) {
  const c10::cuda::CUDAEvent& start = at(from);
  const c10::cuda::CUDAEvent& end = at(to);
  if (!start.query() || !end.query()) return std::nullopt;
  return Seconds(static_cast<double>(start.elapsed_time(end)) * kSecondsPerMillisecond);
}

void CudaEventTimer::release(Mark last) {
  while (first_ <= last && !recorded_.empty()) {
    free_.push_back(std::move(recorded_.front()));
    recorded_.pop_front();
    ++first_;
  }
}

void CudaEventTimer::wait(Mark mark) { at(mark).synchronize(); }

void CudaEventTimer::finish() {
  // Each: the last one need not be the last to happen, where a side stream has marks too.
  for (const Event& event : recorded_) event->synchronize();
}

}  // namespace assay

#endif
