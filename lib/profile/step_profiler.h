#pragma once

#include <deque>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "profile/clock_line.h"
#include "profile/event_timer.h"
#include "profile/marked_step.h"
#include "profile/step_graph.h"
#include "profile/step_timeline.h"
#include "record/step_record.h"

namespace assay {

/// Times the exclusive phases of steps. Marks are set while a step runs and read when the device
/// has passed them, so a profile comes some steps later and nothing waits inside a step.
/// The phases of a profile add up to its wall time exactly, in the order of kPhases: what no phase
/// claims is `other`. Layers are timed inside of phases, side streams beside them. One thread at a
/// time (the engine of autograd may mark layers while the training thread waits for it).
class StepProfiler {
 public:
  using HostClock = std::function<double()>;

  /// `timer` must outlive the profiler; `host_unix_s` is the host's clock.
  explicit StepProfiler(EventTimer& timer, HostClock host_unix_s = run_clock());

  /// Starts a step. Time before the first phase counts as `other`.
  void begin_step();
  /// Ends the phase that runs and starts `phase`; a phase may be entered again in one step.
  void enter(Phase phase);
  /// Ends the step.
  void end_step();

  /// Starts a layer of `kind` inside the running phase. A layer inside of it stops its time, so
  /// that times of layers are exclusive. Also in NVTX.
  void begin_layer(std::string_view kind);
  void end_layer();

  /// Starts work on the current stream, another one than the step's, whose time overlaps with the
  /// phases. One stretch at a time. Communication counts as StepProfile::overlapped_comm.
  void begin_overlapped(Phase phase);
  void end_overlapped();

  /// True where the device records graphs.
  [[nodiscard]] bool records_graphs() const { return timer_.records_graphs(); }
  /// Records `work` as a graph of the device that begins in `phase`; `work` enters phases, layers
  /// and side streams as a step does. Not inside a step. Throws: as EventTimer::record.
  [[nodiscard]] StepGraph record(Phase phase, const std::function<void()>& work);
  /// Launches a graph inside a step, outside of layers: its phases and layers become the step's,
  /// and its last phase goes on after it. Where the device cannot tell the times in a graph anew at
  /// each launch, one pair of marks goes around it: its time counts as `other` and as
  /// StepProfile::unphased.
  void launch(StepGraph& graph);

  /// The profile of the oldest step that was not taken yet, once the device has finished it.
  [[nodiscard]] std::optional<StepProfile> take_finished();
  /// When what happened in the step that was taken last.
  [[nodiscard]] const StepTimeline& timeline() const { return timeline_; }
  /// Steps that ended and were not taken.
  [[nodiscard]] size_t num_pending() const { return pending_.size(); }
  /// Waits for the device, so that the oldest pending step can be taken. Not inside a step.
  void wait_for_oldest();
  /// Waits for the device, so that every pending step can be taken. Not inside a step.
  void finish() { timer_.finish(); }

  /// Waits for the device and reads its clock and the host's together. Not inside a step, and only
  /// where every step was taken.
  void pair_clocks();
  [[nodiscard]] const ClockLine& clock_line() const { return clock_line_; }

 private:
  static HostClock run_clock();

  using Mark = EventTimer::Mark;
  class OwnCost;

  void mark_layer();
  void forget_recording();
  void add_launched(const MarkedStep& plan, Mark first);
  [[nodiscard]] std::optional<StepProfile> read(const MarkedStep& step);
  [[nodiscard]] Seconds known(Mark from, Mark to);
  [[nodiscard]] bool is_finished(const MarkedStep& step);
  void add_phase_times(const MarkedStep& step, StepProfile& profile);
  void add_layer_times(const MarkedStep& step, StepProfile& profile);
  void add_side_times(const MarkedStep& step, StepProfile& profile);
  void add_unphased_time(const MarkedStep& step, StepProfile& profile);
  void date(const MarkedStep& step);
  /// Moves the device's time to a later mark, which stays held, and gives earlier ones back.
  void advance_to(Mark mark);

  EventTimer& timer_;
  HostClock host_unix_s_;
  std::optional<MarkedStep> running_;  ///< a step, or the plan of a graph that is recorded
  bool recording_ = false;
  std::optional<Mark> side_;
  Phase side_phase_ = Phase::kComm;
  std::set<std::string, std::less<>> kinds_;
  std::vector<const std::string*> open_layers_;
  std::deque<MarkedStep> pending_;
  StepTimeline timeline_;
  ClockLine clock_line_;
  std::optional<Mark> held_;  ///< the mark whose time device_now_ is
  Seconds device_now_;        ///< since the first mark
};

}  // namespace assay
