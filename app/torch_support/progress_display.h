#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "record/step_record.h"

namespace assay::app {

/// Shows a run on standard error: one line that is drawn over on a terminal, else a plain line
/// every few seconds. Events that matter to a reader get lines of their own.
class ProgressDisplay : public StepSink {
 public:
  ProgressDisplay(int64_t num_steps, bool on_terminal);

  void consume(const RunItem& item) noexcept override;
  /// Ends the line that is drawn over.
  void finish() noexcept;

 private:
  void show(const StepRecord& step);
  void show(const RunEvent& event);
  void draw(const std::string& line);
  void print(const std::string& line);

  using Clock = std::chrono::steady_clock;
  int64_t num_steps_;
  bool on_terminal_;
  bool line_is_open_ = false;
  Clock::time_point last_shown_{};
  double smoothed_loss_ = 0;
  double smoothed_step_s_ = 0;
};

}  // namespace assay::app
