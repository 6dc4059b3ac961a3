#pragma once

#include <chrono>
#include <deque>
#include <optional>

#include "profile/event_timer.h"

namespace assay {

/// Times the host. Work on a CPU is done when the call returns, so a mark is a reading of the
/// steady clock and is known at once. One thread.
class SteadyTimer : public EventTimer {
 public:
  Mark mark() override;
  [[nodiscard]] std::optional<Seconds> elapsed(Mark from, Mark to) override;
  void release(Mark last) override;
  void wait(Mark /*mark*/) override {}
  void finish() override {}
  [[nodiscard]] StepClock clock() const override { return StepClock::kSteady; }

 private:
  using Clock = std::chrono::steady_clock;
  [[nodiscard]] Clock::time_point at(Mark mark) const;

  std::deque<Clock::time_point> marks_;
  Mark first_ = 0;  ///< id of marks_.front()
};

}  // namespace assay
