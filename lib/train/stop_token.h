#pragma once

#include <atomic>
#include <string_view>

namespace assay {

/// Why a run stops before its last step.
enum class StopReason : int { kNone, kPreempted, kBudget, kTimeLimit };

/// "none", "preempted", "budget", "time_limit": as in the "stop" event.
constexpr std::string_view to_string(StopReason reason) {
  switch (reason) {
    case StopReason::kNone:
      return "none";
    case StopReason::kPreempted:
      return "preempted";
    case StopReason::kBudget:
      return "budget";
    case StopReason::kTimeLimit:
      return "time_limit";
  }
  return "none";
}

/// Asks the trainer to stop; polled once a step. `request` may be called from a signal handler or
/// any thread; the first reason stays.
class StopToken {
 public:
  void request(StopReason reason) noexcept {
    StopReason none = StopReason::kNone;
    reason_.compare_exchange_strong(none, reason);
  }
  [[nodiscard]] StopReason reason() const noexcept { return reason_.load(); }
  [[nodiscard]] bool requested() const noexcept { return reason() != StopReason::kNone; }

 private:
  std::atomic<StopReason> reason_ = StopReason::kNone;
  static_assert(std::atomic<StopReason>::is_always_lock_free, "a signal handler writes it");
};

}  // namespace assay
