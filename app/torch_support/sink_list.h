#pragma once

#include <vector>

#include "record/step_record.h"

namespace assay::app {

/// Passes items on to several sinks, in order. The sinks must outlive it.
class SinkList : public StepSink {
 public:
  void add(StepSink& sink) { sinks_.push_back(&sink); }
  void consume(const RunItem& item) noexcept override {
    for (StepSink* sink : sinks_) sink->consume(item);
  }

 private:
  std::vector<StepSink*> sinks_;
};

}  // namespace assay::app
