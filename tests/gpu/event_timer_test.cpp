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

TEST_CASE("a graph launched three times without a wait has the times of each launch") {
  work();  // kernels and workspaces are chosen before the capture
  CudaEventTimer timer;
  assay::StepProfiler profiler(timer);
  assay::StepGraph graph = profiler.record(Phase::kForward, [&profiler] {
    work();
    profiler.enter(Phase::kBackward);
    profiler.begin_layer("mlp");
    work();
    work();
    profiler.end_layer();
  });
  CHECK(graph.graph->num_marks() == 4);
  CHECK(timer.num_events() == 0);
  for (int step = 0; step < 3; ++step) {
    profiler.begin_step();
    for (int launch = 0; launch <= step; ++launch) profiler.launch(graph);
    profiler.enter(Phase::kOptimizer);
    profiler.end_step();
  }
  CHECK_FALSE(profiler.take_finished());
  profiler.finish();
  double one_forward = 0;
  for (int step = 0; step < 3; ++step) {
    const auto profile = profiler.take_finished().value();
    CHECK_FALSE(profile.unphased);
    CHECK(std::accumulate(profile.phases.begin(), profile.phases.end(), assay::Seconds()) ==
          profile.wall);
    const double forward = profile.phases[static_cast<size_t>(Phase::kForward)].value();
    const double backward = profile.phases[static_cast<size_t>(Phase::kBackward)].value();
    CHECK(forward > 1e-4);
    CHECK(backward > 1.2 * forward);
    REQUIRE(profile.layers.size() == 1);
    CHECK(profile.layers[0].backward.value() > 0.5 * backward);
    // Each launch adds its own time: events that a later launch had overwritten would not.
    if (step == 0) one_forward = forward;
    CHECK(forward > 0.6 * (step + 1) * one_forward);
  }
}

TEST_CASE("steps around a graph take their events from the pool") {
  work();
  CudaEventTimer timer;
  assay::StepProfiler profiler(timer);
  assay::StepGraph graph = profiler.record(Phase::kForward, work);
  size_t after_ten = 0;
  for (int step = 0; step < 50; ++step) {
    profiler.begin_step();
    profiler.launch(graph);
    profiler.end_step();
    profiler.finish();
    while (profiler.take_finished()) {
    }
    if (step == 10) after_ten = timer.num_events();
  }
  CHECK(timer.num_events() == after_ten);
}

TEST_CASE("work that cannot be recorded throws and the stream takes work again") {
  work();
  CudaEventTimer timer;
  assay::StepProfiler profiler(timer);
  const at::Tensor one = at::ones({1}, at::TensorOptions(at::kCUDA));
  CHECK_THROWS(profiler.record(Phase::kForward, [&one] { one.item<float>(); }));
  profiler.begin_step();
  profiler.enter(Phase::kForward);
  work();
  profiler.end_step();
  profiler.finish();
  CHECK(profiler.take_finished());
  // The allocator has left the recording as well: the timer's memory for graphs takes another one.
  CHECK_NOTHROW(profiler.record(Phase::kForward, work));
}

TEST_CASE("graphs of one timer share memory, and each is right at its launch") {
  work();
  CudaEventTimer timer;
  assay::StepProfiler profiler(timer);
  const at::Tensor x = at::ones({1024, 1024}, at::TensorOptions(at::kCUDA));
  at::Tensor doubled;
  at::Tensor tripled;
  assay::StepGraph a = profiler.record(Phase::kForward, [&] { doubled = (x + x).sum(); });
  assay::StepGraph b = profiler.record(Phase::kForward, [&] { tripled = (x + x + x).sum(); });
  for (const float value : {1.0F, 2.0F}) {
    x.fill_(value);
    profiler.begin_step();
    profiler.launch(a);
    const float first = doubled.item<float>();
    profiler.launch(b);
    profiler.end_step();
    CHECK(first == 2 * value * 1024 * 1024);
    CHECK(tripled.item<float>() == 3 * value * 1024 * 1024);
  }
}

TEST_CASE("the host waits for one step and not for those after it") {
  work();
  CudaEventTimer timer;
  assay::StepProfiler profiler(timer);
  for (int step = 0; step < 2; ++step) {
    profiler.begin_step();
    for (int i = 0; i < 10; ++i) work();
    profiler.end_step();
  }
  profiler.wait_for_oldest();
  CHECK(profiler.take_finished());
  CHECK_FALSE(profiler.take_finished());
}

}  // namespace
