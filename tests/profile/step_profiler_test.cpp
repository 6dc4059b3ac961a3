#include "profile/step_profiler.h"

#include <catch2/catch.hpp>

#include <numeric>

#include "error/error.h"
#include "scripted_timer.h"

namespace {

using assay::Phase;
using assay::Seconds;
using assay::StepProfile;
using assay::StepProfiler;
using assay::testing::ScriptedTimer;

double phase(const StepProfile& profile, Phase phase) {
  return profile.phases[static_cast<size_t>(phase)].value();
}

double sum(const StepProfile& profile) {
  return std::accumulate(profile.phases.begin(), profile.phases.end(), Seconds()).value();
}

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
  CHECK(phase(profile, Phase::kOther) == Approx(0.1));
  CHECK(phase(profile, Phase::kData) == Approx(0.3));
  CHECK(phase(profile, Phase::kForward) == Approx(0.9 + 0.4));
  CHECK(phase(profile, Phase::kBackward) == Approx(0.4));
  CHECK(phase(profile, Phase::kComm) == 0.0);
  CHECK(sum(profile) == profile.wall.value());
  CHECK(profile.wall.value() == Approx(2.1));
  CHECK(profile.clock == assay::StepClock::kCudaEvents);
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
  CHECK(timer.released() == 3);
  CHECK_FALSE(profiler.take_finished());
  CHECK(timer.released() == 3);
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
  CHECK(sum(profile) == profile.wall.value());
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
