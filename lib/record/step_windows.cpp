#include "record/step_windows.h"

#include <algorithm>
#include <cmath>

namespace assay {
namespace {

void widen(std::optional<ValueRange>& range, const std::optional<ValueRange>& by) {
  if (!by) return;
  if (!range) {
    range = by;
    return;
  }
  range->low = std::min(range->low, by->low);
  range->high = std::max(range->high, by->high);
}

StepWindow window_of(const StepRecord& step) {
  StepWindow window{.first_step = step.step, .last_step = step.step};
  if (std::isfinite(step.loss)) {
    window.loss_sum = step.loss;
    window.num_losses = 1;
    window.losses = {step.loss, step.loss};
  }
  if (step.warmup || step.profile.wall <= Seconds(0)) return window;
  window.tokens = step.tokens;
  window.wall = step.profile.wall;
  const double rate = (step.tokens / step.profile.wall).value();
  window.rates = {rate, rate};
  return window;
}

}  // namespace

void StepWindow::join(const StepWindow& next) {
  last_step = next.last_step;
  loss_sum += next.loss_sum;
  num_losses += next.num_losses;
  widen(losses, next.losses);
  tokens += next.tokens;
  wall += next.wall;
  widen(rates, next.rates);
}

void StepWindows::add(const StepRecord& step) {
  if (!windows_.empty() && in_last_ < length_) {
    windows_.back().join(window_of(step));
    ++in_last_;
    return;
  }
  if (windows_.size() == kMost) {
    windows_ = join_windows(windows_, kMost / 2);
    length_ *= 2;
  }
  windows_.push_back(window_of(step));
  in_last_ = 1;
}

std::vector<StepWindow> join_windows(const std::vector<StepWindow>& windows, size_t most) {
  std::vector<StepWindow> joined;
  if (windows.empty() || most == 0) return joined;
  const size_t length = (windows.size() + most - 1) / most;
  for (size_t i = 0; i < windows.size(); ++i) {
    if (i % length == 0) {
      joined.push_back(windows[i]);
    } else {
      joined.back().join(windows[i]);
    }
  }
  return joined;
}

}  // namespace assay
