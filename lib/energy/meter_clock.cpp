#include "energy/meter_clock.h"

namespace assay {

SystemMeterClock::SystemMeterClock()
    : start_unix_s_(
          std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch())
              .count()),
      start_(std::chrono::steady_clock::now()) {}

double SystemMeterClock::now_unix_s() {
  return start_unix_s_ +
         std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
}

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
