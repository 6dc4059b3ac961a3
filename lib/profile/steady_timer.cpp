#include "profile/steady_timer.h"

#include "error/error.h"

namespace assay {

EventTimer::Mark SteadyTimer::mark() {
  marks_.push_back(Clock::now());
  return first_ + static_cast<Mark>(marks_.size()) - 1;
}

SteadyTimer::Clock::time_point SteadyTimer::at(Mark mark) const {
  check(mark >= first_ && mark < first_ + static_cast<Mark>(marks_.size()),
        "[profile] mark is not held: it was released or never made");
  return marks_[static_cast<size_t>(mark - first_)];
}

std::optional<Seconds> SteadyTimer::elapsed(Mark from, Mark to) {
  return Seconds(std::chrono::duration<double>(at(to) - at(from)).count());
}

void SteadyTimer::release(Mark last) {
  while (first_ <= last && !marks_.empty()) {
    marks_.pop_front();
    ++first_;
  }
}

}  // namespace assay
