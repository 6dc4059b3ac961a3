#include "record/run_clock.h"

namespace assay {
namespace {

double host_unix_s() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

}  // namespace

RunClock::RunClock() : start_unix_s_(host_unix_s()), start_(std::chrono::steady_clock::now()) {}

double RunClock::now_unix_s() const {
  const auto since = std::chrono::steady_clock::now() - start_;
  return start_unix_s_ + std::chrono::duration<double>(since).count();
}

double RunClock::host_ahead_s() const { return host_unix_s() - now_unix_s(); }

}  // namespace assay
