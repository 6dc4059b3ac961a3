#pragma once

#include <optional>
#include <vector>

#include "profile/event_timer.h"

namespace assay::testing {

/// An EventTimer whose device is a script: mark i happens at `times[i]` and is known only once
/// `reached` is past it.
class ScriptedTimer : public EventTimer {
 public:
  explicit ScriptedTimer(std::vector<double> times) : times_(std::move(times)) {}

  Mark mark() override { return next_++; }
  std::optional<Seconds> elapsed(Mark from, Mark to) override {
    if (to >= reached_) return std::nullopt;
    return Seconds(times_.at(static_cast<size_t>(to)) - times_.at(static_cast<size_t>(from)));
  }
  void release(Mark last) override { released_ = last; }
  void finish() override { reached_ = next_; }
  StepClock clock() const override { return StepClock::kCudaEvents; }

  /// The device has passed the first `num_marks` marks.
  void reach(Mark num_marks) { reached_ = num_marks; }
  Mark num_marks() const { return next_; }
  Mark released() const { return released_; }

 private:
  std::vector<double> times_;
  Mark next_ = 0;
  Mark reached_ = 0;
  Mark released_ = -1;
};

}  // namespace assay::testing
