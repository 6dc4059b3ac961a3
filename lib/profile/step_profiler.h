#pragma once

#include <deque>
#include <optional>
#include <vector>

#include "profile/event_timer.h"
#include "record/step_record.h"

namespace assay {

/// Times the exclusive phases of steps. Marks are set while a step runs and read when the device
/// has passed them, so a profile comes some steps later and nothing waits inside a step.
/// The phases of a profile add up to its wall time exactly, in the order of kPhases: what no phase
/// claims is `other`. One thread.
class StepProfiler {
 public:
  /// `timer` must outlive the profiler.
  explicit StepProfiler(EventTimer& timer) : timer_(timer) {}

  /// Starts a step. Time before the first phase counts as `other`.
  void begin_step();
  /// Ends the phase that runs and starts `phase`; a phase may be entered again in one step.
  void enter(Phase phase);
  /// Ends the step.
  void end_step();

  /// The profile of the oldest step that was not taken yet, once the device has finished it.
  [[nodiscard]] std::optional<StepProfile> take_finished();
  /// Steps that ended and were not taken.
  [[nodiscard]] size_t num_pending() const { return pending_.size(); }
  /// Waits for the device, so that every pending step can be taken. Not inside a step.
  void finish() { timer_.finish(); }

 private:
  struct Span {
    Phase phase;
    EventTimer::Mark begin;
  };
  struct MarkedStep {
    std::vector<Span> spans;
    EventTimer::Mark end = 0;
  };
  [[nodiscard]] std::optional<StepProfile> read(const MarkedStep& step);

  EventTimer& timer_;
  std::optional<MarkedStep> running_;
  std::deque<MarkedStep> pending_;
};

}  // namespace assay
