#include <ATen/ATen.h>

#include <catch2/catch.hpp>

#include <numeric>

#include "profile/cuda_event_timer.h"
#include "profile/step_profiler.h"

namespace {

using assay::CudaEventTimer;
using assay::EventTimer;
using assay::Phase;

/// Keeps the GPU busy for milliseconds.
void work() {
  const at::Tensor a = at::ones({4096, 4096}, at::TensorOptions(at::kCUDA));
  for (int i = 0; i < 20; ++i) at::mm(a, a);
}

TEST_CASE("events time the device and are known only when it has passed them") {
  work();
  CudaEventTimer timer;
  const EventTimer::Mark begin = timer.mark();
  work();
  const EventTimer::Mark end = timer.mark();
  CHECK_FALSE(timer.elapsed(begin, end));  // the device is milliseconds behind
  timer.finish();
  const auto time = timer.elapsed(begin, end);
  REQUIRE(time);
  CHECK(time->value() > 1e-4);
  CHECK(time->value() < 10.0);
  CHECK(timer.clock() == assay::StepClock::kCudaEvents);
}

TEST_CASE("the pool of events stops growing once a few steps are under way") {
  CudaEventTimer timer;
  assay::StepProfiler profiler(timer);
  size_t after_ten = 0;
  for (int step = 0; step < 50; ++step) {
    profiler.begin_step();
    profiler.enter(Phase::kForward);
    work();
    profiler.enter(Phase::kOptimizer);
    profiler.end_step();
    profiler.finish();
    while (profiler.take_finished()) {
    }
    if (step == 10) after_ten = timer.num_events();
  }
  CHECK(timer.num_events() == after_ten);
}

TEST_CASE("phases on the device add up to the step") {
  CudaEventTimer timer;
  assay::StepProfiler profiler(timer);
  profiler.begin_step();
  profiler.enter(Phase::kForward);
  work();
  profiler.enter(Phase::kBackward);
  work();
  work();
  profiler.end_step();
  profiler.finish();
  const auto profile = profiler.take_finished().value();
  CHECK(std::accumulate(profile.phases.begin(), profile.phases.end(), assay::Seconds()) ==
        profile.wall);
  const double forward = profile.phases[static_cast<size_t>(Phase::kForward)].value();
  const double backward = profile.phases[static_cast<size_t>(Phase::kBackward)].value();
  CHECK(backward > 1.2 * forward);
}

TEST_CASE("the device is not waited for inside a step") {
  work();
  CudaEventTimer timer;
  assay::StepProfiler profiler(timer);
  profiler.begin_step();
  profiler.enter(Phase::kForward);
  for (int i = 0; i < 10; ++i) work();
  profiler.end_step();
  CHECK_FALSE(profiler.take_finished());
  CHECK(profiler.num_pending() == 1);
  profiler.finish();
  CHECK(profiler.take_finished());
}

}  // namespace
