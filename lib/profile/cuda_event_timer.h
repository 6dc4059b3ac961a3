#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "profile/event_timer.h"

namespace c10::cuda {
struct CUDAEvent;
}

namespace assay {

struct GraphMemory;

/// Times one CUDA device by events recorded on the current stream. The events are this timer's
/// own pool and are made with timing switched on, which ATen's pool does not do. Nothing here waits
/// for the device but `wait`, `finish` and `record`. Resolution is about half a microsecond. One
/// thread. Marks in a graph are event record nodes, which would write to the same events at every
/// launch: `renew` sets other events of the pool in the executable graph. Sources: CUDA runtime,
/// cudaEventElapsedTime, cudaEventRecordWithFlags, cudaGraphExecEventRecordNodeSetEvent;
/// c10/cuda/CUDAEvent.h of LibTorch 2.11.
class CudaEventTimer : public EventTimer {
 public:
  CudaEventTimer();
  ~CudaEventTimer() override;
  CudaEventTimer(const CudaEventTimer&) = delete;
  CudaEventTimer& operator=(const CudaEventTimer&) = delete;

  Mark mark() override;
  [[nodiscard]] std::optional<Seconds> elapsed(Mark from, Mark to) override;
  [[nodiscard]] bool records_graphs() const override { return true; }
  std::unique_ptr<MarkedGraph> record(const std::function<void()>& work) override;
  std::optional<Mark> renew(MarkedGraph& graph) override;
  void release(Mark last) override;
  void wait(Mark mark) override;
  void finish() override;
  [[nodiscard]] StepClock clock() const override { return StepClock::kCudaEvents; }

  /// Events made so far, in use or free: stays constant once the ring of steps is full.
  [[nodiscard]] size_t num_events() const { return recorded_.size() + free_.size(); }

 private:
  using Event = std::unique_ptr<c10::cuda::CUDAEvent>;
  class Graph;
  [[nodiscard]] c10::cuda::CUDAEvent& at(Mark mark) const;
  [[nodiscard]] Event take_free();

  std::deque<Event> recorded_;
  std::vector<Event> free_;
  Mark first_ = 0;                             ///< id of recorded_.front()
  std::vector<Event>* places_ = nullptr;       ///< of the graph that is recorded now
  std::unique_ptr<GraphMemory> graph_memory_;  ///< of all graphs; made with the first
};

}  // namespace assay
