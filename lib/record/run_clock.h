#pragma once

#include <chrono>

namespace assay {

/// The time base of one process of a run: what the host's clock said when it was made, plus steady
/// time since. Setting the host's clock moves no moment of the run and makes no second longer or
/// shorter. Copies tell the same time. Thread-safe.
class RunClock {
 public:
  RunClock();
  /// Seconds since 1970.
  [[nodiscard]] double now_unix_s() const;
  /// By how much the host's clock was set forward since (negative: back), or the machine slept.
  [[nodiscard]] double host_ahead_s() const;

 private:
  double start_unix_s_;
  std::chrono::steady_clock::time_point start_;
};

}  // namespace assay
