#include "energy/meter_clock.h"

#include <chrono>

namespace assay {

double SystemMeterClock::now_unix_s() { return clock_.now_unix_s(); }

bool SystemMeterClock::sleep(Seconds time) {
  std::unique_lock lock(mutex_);
  return !condition_.wait_for(lock, std::chrono::duration<double>(time.value()),
                              [this] { return woken_; });
}

void SystemMeterClock::wake() {
  const std::lock_guard lock(mutex_);
  woken_ = true;
  condition_.notify_all();
}

}  // namespace assay
