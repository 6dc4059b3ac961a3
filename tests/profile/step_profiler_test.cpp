#include "profile/step_profiler.h"

#include <catch2/catch.hpp>

#include "error/error.h"
#include "phase_times.h"
#include "scripted_timer.h"

namespace {

using assay::Phase;
using assay::Seconds;
using assay::StepProfile;
using assay::StepProfiler;
using assay::testing::phase_time;
using assay::testing::ScriptedTimer;
using assay::testing::sum_of_phases;

void run_step(StepProfiler& profiler) {
  profiler.begin_step();
  profiler.enter(Phase::kForward);
  profiler.enter(Phase::kBackward);
  profiler.end_step();
}

TEST_CASE("phases are exclusive and add up to the step exactly") {
  ScriptedTimer timer({0.0, 0.1, 0.4, 1.3, 1.7, 2.1});
  StepProfiler profiler(timer);
  profiler.begin_step();
  profiler.enter(Phase::kData);
  profiler.enter(Phase::kForward);
  profiler.enter(Phase::kBackward);
  profiler.enter(Phase::kForward);
  profiler.end_step();
  profiler.finish();
  const StepProfile profile = profiler.take_finished().value();
  CHECK(phase_time(profile, Phase::kOther) == Approx(0.1));
  CHECK(phase_time(profile, Phase::kData) == Approx(0.3));
  CHECK(phase_time(profile, Phase::kForward) == Approx(0.9 + 0.4));
  CHECK(phase_time(profile, Phase::kBackward) == Approx(0.4));
  CHECK(phase_time(profile, Phase::kComm) == 0.0);
  CHECK(sum_of_phases(profile) == profile.wall.value());
  CHECK(profile.wall.value() == Approx(2.1));
  CHECK(profile.clock == assay::StepClock::kCudaEvents);
}

TEST_CASE("waiting for the oldest step makes it known and no other") {
  ScriptedTimer timer({0, 1, 2, 3, 10, 11, 12, 13});
  StepProfiler profiler(timer);
  profiler.wait_for_oldest();
  for (int step = 0; step < 2; ++step) run_step(profiler);
  CHECK_FALSE(profiler.take_finished());
  profiler.wait_for_oldest();
  CHECK(profiler.take_finished());
  CHECK_FALSE(profiler.take_finished());
  profiler.wait_for_oldest();
  CHECK(profiler.take_finished());
}

TEST_CASE("a step is read only when the device has passed its last mark") {
  ScriptedTimer timer({0, 1, 2, 3, 10, 11, 12, 13, 20, 21, 22, 23});
  StepProfiler profiler(timer);
  for (int step = 0; step < 3; ++step) run_step(profiler);
  CHECK_FALSE(profiler.take_finished());
  timer.reach(3);
  CHECK_FALSE(profiler.take_finished());
  timer.reach(8);
  CHECK(profiler.take_finished()->wall.value() == Approx(3.0));
  CHECK(profiler.take_finished()->wall.value() == Approx(3.0));
  CHECK_FALSE(profiler.take_finished());
  CHECK(profiler.num_pending() == 1);
  profiler.finish();
  CHECK(profiler.take_finished());
  CHECK(profiler.num_pending() == 0);
}

TEST_CASE("marks of a step that was read go back to the pool and no others") {
  ScriptedTimer timer({0, 1, 2, 3, 10, 11, 12, 13});
  StepProfiler profiler(timer);
  run_step(profiler);
  run_step(profiler);
  timer.reach(4);
  REQUIRE(profiler.take_finished());
  // The last mark stays: the next step is dated by it.
  CHECK(timer.released() == 2);
  CHECK_FALSE(profiler.take_finished());
  CHECK(timer.released() == 2);
  profiler.finish();
  REQUIRE(profiler.take_finished());
  CHECK(timer.released() == 6);
}

TEST_CASE("layers lie inside of phases and an inner one stops the time of the outer one") {
  //                  other, forward, mlp, experts, end, end, backward, mlp, end, end of step
  ScriptedTimer timer({0.0, 1.0, 1.5, 2.0, 4.0, 4.5, 5.0, 6.0, 8.0, 9.0});
  StepProfiler profiler(timer);
  profiler.begin_step();
  profiler.enter(Phase::kForward);
  profiler.begin_layer("mlp");
  profiler.begin_layer("experts");
  profiler.end_layer();
  profiler.end_layer();
  profiler.enter(Phase::kBackward);
  profiler.begin_layer("mlp");
  profiler.end_layer();
  profiler.end_step();
  profiler.finish();
  const StepProfile profile = profiler.take_finished().value();
  REQUIRE(profile.layers.size() == 2);
  CHECK(profile.layers[0].kind == "mlp");
  CHECK(profile.layers[0].forward.value() == Approx(1.0));
  CHECK(profile.layers[0].backward.value() == Approx(2.0));
  CHECK(profile.layers[1].kind == "experts");
  CHECK(profile.layers[1].forward.value() == Approx(2.0));
  CHECK(profiler.timeline().layers.size() == 4);
  CHECK(profile.profiler_host.value() > Seconds(0));
}

TEST_CASE("what a side stream does is beside the phases and waits for its own marks") {
  //                  other, backward, side, side ends, end of step
  ScriptedTimer timer({0.0, 1.0, 2.0, 7.0, 5.0});
  StepProfiler profiler(timer);
  profiler.begin_step();
  profiler.enter(Phase::kBackward);
  profiler.begin_overlapped(Phase::kComm);
  profiler.end_overlapped();
  profiler.end_step();
  profiler.finish();
  const StepProfile profile = profiler.take_finished().value();
  CHECK(profile.wall.value() == Approx(5.0));
  CHECK(sum_of_phases(profile) == profile.wall.value());
  CHECK(phase_time(profile, Phase::kComm) == 0.0);
  CHECK(profile.overlapped_comm.value().value() == Approx(5.0));
}

TEST_CASE("steps are dated on the host's clock by the fitted line") {
  // The device's clock loses one part in a hundred; it begins anywhere.
  ScriptedTimer timer({50.0, 51.0, 52.0, 53.0, 54.0, 60.0, 61.0, 62.0, 63.0, 64.0});
  double host = 1000.0;
  StepProfiler profiler(timer, [&host] { return host; });
  profiler.pair_clocks();
  run_step(profiler);
  profiler.finish();
  REQUIRE(profiler.take_finished());
  CHECK(profiler.timeline().begin_unix_s == Approx(1001.0));
  host = 1010.1;
  profiler.pair_clocks();
  CHECK(profiler.clock_line().rate() == Approx(1.01));
  run_step(profiler);
  profiler.finish();
  REQUIRE(profiler.take_finished());
  CHECK(profiler.timeline().begin_unix_s == Approx(1000.0 + 1.01 * 11.0));
}

TEST_CASE("rounding of events never makes a phase negative and the sum stays the step") {
  // The whole is shorter than its parts by a rounding error.
  class RoundingTimer : public ScriptedTimer {
   public:
    using ScriptedTimer::ScriptedTimer;
    std::optional<Seconds> elapsed(Mark from, Mark to) override {
      const auto exact = ScriptedTimer::elapsed(from, to);
      if (!exact) return exact;
      return to - from > 1 ? *exact - Seconds(1e-7) : *exact + Seconds(1e-7);
    }
  };
  RoundingTimer timer({0, 0, 1, 2});
  StepProfiler profiler(timer);
  run_step(profiler);
  profiler.finish();
  const StepProfile profile = profiler.take_finished().value();
  for (const Seconds& time : profile.phases) CHECK(time.value() >= 0.0);
  CHECK(sum_of_phases(profile) == profile.wall.value());
}

TEST_CASE("phases outside of a step and steps inside a step are refused") {
  ScriptedTimer timer({0, 1, 2});
  StepProfiler profiler(timer);
  CHECK_THROWS_AS(profiler.enter(Phase::kData), assay::InternalError);
  CHECK_THROWS_AS(profiler.end_step(), assay::InternalError);
  profiler.begin_step();
  CHECK_THROWS_AS(profiler.begin_step(), assay::InternalError);
}

}  // namespace
