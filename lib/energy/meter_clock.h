#pragma once

#include <condition_variable>
#include <mutex>

#include "record/run_clock.h"
#include "units/quantity.h"

namespace assay {

/// The time of the meter and its sleep; tests have their own.
class MeterClock {
 public:
  virtual ~MeterClock() = default;
  [[nodiscard]] virtual double now_unix_s() = 0;
  /// Sleeps for `time`. Gives false, at once, after `wake()`.
  virtual bool sleep(Seconds time) = 0;
  /// Ends the present and every later sleep. Thread-safe.
  virtual void wake() = 0;
};

/// The time of a run.
class SystemMeterClock : public MeterClock {
 public:
  explicit SystemMeterClock(RunClock clock = RunClock()) : clock_(clock) {}
  [[nodiscard]] double now_unix_s() override;
  bool sleep(Seconds time) override;
  void wake() override;

 private:
  RunClock clock_;
  std::mutex mutex_;
  std::condition_variable condition_;
  bool woken_ = false;
};

}  // namespace assay
