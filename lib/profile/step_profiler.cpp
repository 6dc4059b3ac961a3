#include "profile/step_profiler.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "error/error.h"

namespace assay {

void StepProfiler::begin_step() {
  check(!running_, "[profile] a step begins inside a step");
  running_.emplace();
  enter(Phase::kOther);
}

void StepProfiler::enter(Phase phase) {
  check(running_.has_value(), "[profile] a phase is entered outside of a step");
  running_->spans.push_back({phase, timer_.mark()});
}

void StepProfiler::end_step() {
  check(running_.has_value(), "[profile] a step ends that did not begin");
  running_->end = timer_.mark();
  pending_.push_back(*std::exchange(running_, std::nullopt));
}

std::optional<StepProfile> StepProfiler::take_finished() {
  if (pending_.empty()) return std::nullopt;
  std::optional<StepProfile> profile = read(pending_.front());
  if (!profile) return std::nullopt;
  timer_.release(pending_.front().end);
  pending_.pop_front();
  return profile;
}

std::optional<StepProfile> StepProfiler::read(const MarkedStep& step) {
  // Marks of one stream complete in order: the whole step is known once its last mark is.
  const std::optional<Seconds> wall = timer_.elapsed(step.spans.front().begin, step.end);
  if (!wall) return std::nullopt;
  StepProfile profile{.clock = timer_.clock()};
  for (size_t i = 0; i < step.spans.size(); ++i) {
    const EventTimer::Mark end = i + 1 < step.spans.size() ? step.spans[i + 1].begin : step.end;
    const std::optional<Seconds> time = timer_.elapsed(step.spans[i].begin, end);
    if (!time) return std::nullopt;
    profile.phases[static_cast<size_t>(step.spans[i].phase)] += *time;
  }
  // Events carry rounded milliseconds: the difference to the whole goes to `other`.
  const Seconds sum = std::accumulate(profile.phases.begin(), profile.phases.end(), Seconds());
  Seconds& other = profile.phases[static_cast<size_t>(Phase::kOther)];
  other = std::max(Seconds(), other + (*wall - sum));
  profile.wall = std::accumulate(profile.phases.begin(), profile.phases.end(), Seconds());
  return profile;
}

}  // namespace assay
