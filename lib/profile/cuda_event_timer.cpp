#include "profile/cuda_event_timer.h"

#if ASSAY_CUDA

#include <c10/cuda/CUDAEvent.h>
#include <c10/cuda/CUDAStream.h>

#include "error/error.h"

namespace assay {

namespace {

constexpr double kSecondsPerMillisecond = 1e-3;

}  // namespace

CudaEventTimer::CudaEventTimer() = default;
CudaEventTimer::~CudaEventTimer() = default;

EventTimer::Mark CudaEventTimer::mark() {
  if (free_.empty()) {
    free_.push_back(std::make_unique<c10::cuda::CUDAEvent>(cudaEventDefault));
  }
  free_.back()->record(c10::cuda::getCurrentCUDAStream());
  recorded_.push_back(std::move(free_.back()));
  free_.pop_back();
  return first_ + static_cast<Mark>(recorded_.size()) - 1;
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

void CudaEventTimer::finish() {
  if (!recorded_.empty()) recorded_.back()->synchronize();
}

}  // namespace assay

#endif
