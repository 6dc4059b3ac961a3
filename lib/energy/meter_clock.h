#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>

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

/// The host's time: what the wall clock said at the start plus steady time since, so that a clock
/// that is set while a run goes on neither adds nor takes a second.
class SystemMeterClock : public MeterClock {
 public:
  SystemMeterClock();
  [[nodiscard]] double now_unix_s() override;
  bool sleep(Seconds time) override;
  void wake() override;

 private:
  double start_unix_s_;
  std::chrono::steady_clock::time_point start_;
  std::mutex mutex_;
  std::condition_variable condition_;
  bool woken_ = false;
};

}  // namespace assay
