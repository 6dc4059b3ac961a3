#pragma once

#include <memory>

#include "profile/step_profiler.h"

namespace assay {

/// While this lives, times the layers that this thread runs forward and autograd runs backward:
/// a model names them by RECORD_USER_SCOPE("layer/KIND"), which costs nothing without an observer.
/// A node of autograd belongs to the layer that made it, by its sequence number. One at a time,
/// inside a step of `profiler`, which must outlive it. Source: ATen/record_function.h, "sequence
/// number".
class LayerObserver {
 public:
  explicit LayerObserver(StepProfiler& profiler);
  ~LayerObserver();
  LayerObserver(const LayerObserver&) = delete;
  LayerObserver& operator=(const LayerObserver&) = delete;

 private:
  struct Watch;
  std::unique_ptr<Watch> watch_;
};

}  // namespace assay
