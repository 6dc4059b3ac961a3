#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "record/step_record.h"

namespace assay {

/// Lowest and highest of some values.
struct ValueRange {
  double low = 0;
  double high = 0;
};

/// What neighbouring steps add up to.
struct StepWindow {
  int64_t first_step = 0;
  int64_t last_step = 0;
  double loss_sum = 0;  ///< of the finite losses
  int64_t num_losses = 0;
  std::optional<ValueRange> losses;
  Tokens tokens;  ///< this and the time: without warm-up steps
  Seconds wall;
  std::optional<ValueRange> rates;  ///< tokens per second of single steps

  /// Takes in what comes right after.
  void join(const StepWindow& next);
};

/// Steps in windows of equal length (the last may be shorter), in bounded memory: single steps up
/// to kMost of them, then windows of two, four ... steps. No extreme is lost.
class StepWindows {
 public:
  static constexpr size_t kMost = 2000;

  void add(const StepRecord& step);
  [[nodiscard]] const std::vector<StepWindow>& all() const { return windows_; }

 private:
  int64_t length_ = 1;
  int64_t in_last_ = 0;  ///< steps in the last window
  std::vector<StepWindow> windows_;
};

/// `windows` in groups of equal length, at most `most` of them.
std::vector<StepWindow> join_windows(const std::vector<StepWindow>& windows, size_t most);

}  // namespace assay
