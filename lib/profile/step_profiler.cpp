#include "profile/step_profiler.h"

#include <algorithm>
#include <chrono>
#include <numeric>
#include <utility>

#include "error/error.h"
#include "profile/nvtx_range.h"
#include "record/run_clock.h"

namespace assay {

/// Adds the host time of a scope to a step.
class StepProfiler::OwnCost {
 public:
  explicit OwnCost(double& sum_s) : sum_s_(sum_s) {}
  ~OwnCost() { sum_s_ += std::chrono::duration<double>(Clock::now() - start_).count(); }
  OwnCost(const OwnCost&) = delete;
  OwnCost& operator=(const OwnCost&) = delete;

 private:
  using Clock = std::chrono::steady_clock;
  double& sum_s_;
  Clock::time_point start_ = Clock::now();
};

StepProfiler::HostClock StepProfiler::run_clock() {
  return [clock = RunClock()] { return clock.now_unix_s(); };
}

StepProfiler::StepProfiler(EventTimer& timer, HostClock host_unix_s)
    : timer_(timer), host_unix_s_(std::move(host_unix_s)) {}

void StepProfiler::begin_step() {
  check(!running_, "[profile] a step begins inside a step or graph");
  running_.emplace();
  open_nvtx_range("step");
  enter(Phase::kOther);
}

void StepProfiler::enter(Phase phase) {
  check(running_.has_value(), "[profile] a phase is entered outside of a step");
  const OwnCost cost(running_->host_s);
  if (!running_->phases.empty()) close_nvtx_range();
  running_->phases.push_back({phase, timer_.mark()});
  open_nvtx_range(to_string(phase).data());
}

void StepProfiler::end_step() {
  check(running_ && !recording_, "[profile] a step ends that did not begin");
  check(open_layers_.empty() && !side_, "[profile] a step ends inside a layer or side stream");
  {
    const OwnCost cost(running_->host_s);
    close_nvtx_range();
    close_nvtx_range();
    running_->end = timer_.mark();
  }
  pending_.push_back(*std::exchange(running_, std::nullopt));
}

void StepProfiler::begin_layer(std::string_view kind) {
  check(running_.has_value(), "[profile] a layer begins outside of a step");
  const OwnCost cost(running_->host_s);
  auto name = kinds_.find(kind);
  if (name == kinds_.end()) name = kinds_.emplace(kind).first;
  open_layers_.push_back(&*name);
  mark_layer();
  open_nvtx_range(name->c_str());
}

void StepProfiler::end_layer() {
  check(running_ && !open_layers_.empty(), "[profile] a layer ends that did not begin");
  const OwnCost cost(running_->host_s);
  close_nvtx_range();
  open_layers_.pop_back();
  mark_layer();
}

void StepProfiler::mark_layer() {
  running_->layers.push_back({open_layers_.empty() ? nullptr : open_layers_.back(),
                              running_->phases.back().phase, timer_.mark()});
}

void StepProfiler::begin_overlapped(Phase phase) {
  check(running_ && !side_, "[profile] a side stream begins outside of a step or twice");
  const OwnCost cost(running_->host_s);
  side_phase_ = phase;
  side_ = timer_.mark();
}

void StepProfiler::end_overlapped() {
  check(running_ && side_, "[profile] a side stream ends that did not begin");
  const OwnCost cost(running_->host_s);
  running_->sides.push_back({side_phase_, *std::exchange(side_, std::nullopt), timer_.mark()});
}

StepGraph StepProfiler::record(Phase phase, const std::function<void()>& work) {
  check(!running_, "[profile] a graph is recorded inside a step or graph");
  running_.emplace();
  recording_ = true;
  StepGraph graph;
  try {
    graph.graph = timer_.record([this, phase, work] {  // which a timer may keep
      enter(phase);
      work();
    });
    check(open_layers_.empty() && !side_, "[profile] a graph ends inside a layer or side stream");
  } catch (...) {
    forget_recording();
    throw;
  }
  graph.plan = std::move(*running_);
  forget_recording();
  return graph;
}

void StepProfiler::forget_recording() {
  for (; !open_layers_.empty(); open_layers_.pop_back()) close_nvtx_range();
  if (!running_->phases.empty()) close_nvtx_range();
  side_.reset();
  running_.reset();
  recording_ = false;
}

void StepProfiler::launch(StepGraph& graph) {
  check(running_ && !recording_, "[profile] a graph is launched outside of a step");
  check(open_layers_.empty() && !side_, "[profile] a graph is launched inside a layer");
  std::optional<Mark> first;
  {
    const OwnCost cost(running_->host_s);
    first = timer_.renew(*graph.graph);
  }
  if (first) {
    add_launched(graph.plan, *first);
    return graph.graph->launch();
  }
  enter(Phase::kOther);
  const Mark begin = running_->phases.back().begin;
  graph.graph->launch();
  enter(graph.plan.phases.back().phase);
  running_->unphased.push_back({begin, running_->phases.back().begin});
}

void StepProfiler::add_launched(const MarkedStep& plan, Mark first) {
  const OwnCost cost(running_->host_s);
  for (MarkedStep::PhaseMark phase : plan.phases) {
    phase.begin += first;
    running_->phases.push_back(phase);
  }
  for (MarkedStep::LayerMark layer : plan.layers) {
    layer.begin += first;
    running_->layers.push_back(layer);
  }
  for (MarkedStep::SideMark side : plan.sides) {
    running_->sides.push_back({side.phase, side.begin + first, side.end + first});
  }
}

void StepProfiler::wait_for_oldest() {
  if (pending_.empty()) return;
  const MarkedStep& step = pending_.front();
  for (const MarkedStep::SideMark& side : step.sides) timer_.wait(side.end);
  timer_.wait(step.end);
}

std::optional<StepProfile> StepProfiler::take_finished() {
  if (pending_.empty()) return std::nullopt;
  MarkedStep& step = pending_.front();
  std::optional<StepProfile> profile;
  {
    const OwnCost cost(step.host_s);
    profile = read(step);
  }
  if (!profile) return std::nullopt;
  profile->profiler_host = Seconds(step.host_s);
  pending_.pop_front();
  return profile;
}

bool StepProfiler::is_finished(const MarkedStep& step) {
  // Marks of one stream complete in order: the whole step is known once its last mark is.
  if (!timer_.elapsed(step.phases.front().begin, step.end)) return false;
  return std::ranges::all_of(step.sides, [this](const MarkedStep::SideMark& side) {
    return timer_.elapsed(side.begin, side.end).has_value();
  });
}

std::optional<StepProfile> StepProfiler::read(const MarkedStep& step) {
  if (!is_finished(step)) return std::nullopt;
  StepProfile profile{.clock = timer_.clock()};
  timeline_ = {};
  add_phase_times(step, profile);
  add_layer_times(step, profile);
  add_side_times(step, profile);
  add_unphased_time(step, profile);
  timeline_.wall = profile.wall;
  date(step);
  return profile;
}

Seconds StepProfiler::known(Mark from, Mark to) {
  const std::optional<Seconds> time = timer_.elapsed(from, to);
  check(time.has_value(), "[profile] a mark inside a finished step is not known");
  return std::max(Seconds(), *time);
}

void StepProfiler::add_phase_times(const MarkedStep& step, StepProfile& profile) {
  const Mark begin = step.phases.front().begin;
  const Seconds wall = known(begin, step.end);
  Seconds start;
  for (size_t i = 0; i < step.phases.size(); ++i) {
    const Mark end = i + 1 < step.phases.size() ? step.phases[i + 1].begin : step.end;
    const Seconds time = known(step.phases[i].begin, end);
    profile.phases[static_cast<size_t>(step.phases[i].phase)] += time;
    timeline_.phases.push_back({std::string(to_string(step.phases[i].phase)), start, start + time});
    start += time;
  }
  // Events carry rounded milliseconds: the difference to the whole goes to `other`.
  const Seconds sum = std::accumulate(profile.phases.begin(), profile.phases.end(), Seconds());
  Seconds& other = profile.phases[static_cast<size_t>(Phase::kOther)];
  other = std::max(Seconds(), other + (wall - sum));
  profile.wall = std::accumulate(profile.phases.begin(), profile.phases.end(), Seconds());
}

void StepProfiler::add_layer_times(const MarkedStep& step, StepProfile& profile) {
  const Mark begin = step.phases.front().begin;
  for (size_t i = 0; i + 1 < step.layers.size(); ++i) {
    const MarkedStep::LayerMark& layer = step.layers[i];
    if (layer.kind == nullptr) continue;
    const Seconds time = known(layer.begin, step.layers[i + 1].begin);
    const Seconds start = known(begin, layer.begin);
    timeline_.layers.push_back({*layer.kind, start, start + time});
    auto found = std::ranges::find(profile.layers, *layer.kind, &LayerTime::kind);
    if (found == profile.layers.end()) {
      found = profile.layers.insert(found,
                                    LayerTime{.kind = *layer.kind, .forward = {}, .backward = {}});
    }
    (layer.phase == Phase::kBackward ? found->backward : found->forward) += time;
  }
}

void StepProfiler::add_side_times(const MarkedStep& step, StepProfile& profile) {
  const Mark begin = step.phases.front().begin;
  for (const MarkedStep::SideMark& side : step.sides) {
    const Seconds start = known(begin, side.begin);
    const Seconds time = known(side.begin, side.end);
    timeline_.overlapped.push_back({std::string(to_string(side.phase)), start, start + time});
    if (side.phase != Phase::kComm) continue;
    profile.overlapped_comm = profile.overlapped_comm.value_or(Seconds()) + time;
  }
}

void StepProfiler::add_unphased_time(const MarkedStep& step, StepProfile& profile) {
  for (const MarkedStep::UnphasedMark& launch : step.unphased) {
    profile.unphased = profile.unphased.value_or(Seconds()) + known(launch.begin, launch.end);
  }
}

void StepProfiler::date(const MarkedStep& step) {
  advance_to(step.phases.front().begin);
  const Seconds begin = device_now_;
  advance_to(step.end);
  if (clock_line_.num_pairs() > 0) timeline_.begin_unix_s = clock_line_.host_unix_s(begin);
}

void StepProfiler::advance_to(Mark mark) {
  if (held_) device_now_ += known(*held_, mark);
  held_ = mark;
  timer_.release(mark - 1);
}

void StepProfiler::pair_clocks() {
  check(!running_ && pending_.empty(), "[profile] clocks are paired before every step was taken");
  const Mark mark = timer_.mark();
  timer_.finish();
  const double host_unix_s = host_unix_s_();
  const Seconds before = device_now_;
  advance_to(mark);
  if (clock_line_.num_pairs() == 0 || device_now_ > before) {
    clock_line_.add(device_now_, host_unix_s);
  }
}

}  // namespace assay
