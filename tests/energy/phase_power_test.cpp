#include "energy/phase_power.h"

#include <catch2/catch.hpp>

#include <cmath>
#include <random>

namespace assay {
namespace {

using Catch::Matchers::Contains;

// Forward 550 W, backward 650 W, optimizer 300 W, other 150 W: a step of 350 ms, with lengths that
// vary by `jitter`, under a counter that ticks every 100 ms and samples `duty` of each tick.
struct RecordedTrace {
  double jitter = 0.1;
  double duty = 1.0;
  double step_s = 0.35;
  int num_steps = 2000;
  double tick_s = 0.1;
};

constexpr std::array kPowers{550.0, 650.0, 300.0, 150.0};
constexpr std::array kShares{0.1 / 0.35, 0.2 / 0.35, 0.03 / 0.35, 0.02 / 0.35};
constexpr std::array kParts{Phase::kForward, Phase::kBackward, Phase::kOptimizer, Phase::kOther};

struct Played {
  std::vector<PowerInterval> intervals;
  double counted = 0;
  double used = 0;
};

// In steps of a millisecond, as an integrating sensor would see it.
Played play(const RecordedTrace& trace) {
  std::mt19937_64 random(7);
  std::uniform_real_distribution<double> jitter(1 - trace.jitter, 1 + trace.jitter);
  Played played;
  PowerInterval now;
  double time_ms = 0;
  double sampled = 0;
  double sampled_ms = 0;
  const double tick_ms = trace.tick_s * 1e3;
  for (int step = 0; step < trace.num_steps; ++step) {
    for (size_t part = 0; part < kParts.size(); ++part) {
      const auto length = std::lround(trace.step_s * 1e3 * kShares[part] * jitter(random));
      for (long ms = 0; ms < length; ++ms, ++time_ms) {
        const double in_tick = std::fmod(time_ms, tick_ms);
        if (time_ms > 0 && in_tick == 0) {
          now.energy = Joules(sampled / sampled_ms * trace.tick_s);
          played.counted += now.energy.value();
          played.intervals.push_back(std::exchange(now, {}));
          sampled = sampled_ms = 0;
        }
        if (in_tick < trace.duty * tick_ms) {
          sampled += kPowers[part];
          ++sampled_ms;
        }
        played.used += kPowers[part] * 1e-3;
        now.times[static_cast<size_t>(kParts[part])] += Seconds(1e-3);
      }
    }
  }
  return played;
}

PowerLimits limits(double step_s = 0.35) {
  return {.idle = Watts(90), .highest = Watts(700), .tick = Seconds(0.05), .step = Seconds(step_s)};
}

TEST_CASE("a counter that sees all gives each phase its power") {
  RecordedTrace trace;
  trace.tick_s = 0.05;
  const auto fitted = fit_phase_powers(play(trace).intervals, limits());
  REQUIRE(std::holds_alternative<PhasePowers>(fitted));
  const auto& parts = std::get<PhasePowers>(fitted).parts;
  for (size_t i = 0; i < kParts.size(); ++i) {
    const auto& power = parts[static_cast<size_t>(kParts[i])].value();
    CHECK(power.value.value() == Approx(kPowers[i]).epsilon(0.01));
    // The trace has no noise: the interval is as narrow as rounding.
    CHECK(power.bounds->low.value() <= power.value.value() + 1e-6);
    CHECK(power.value.value() <= power.bounds->high.value() + 1e-6);
    CHECK(power.provenance == Provenance::kDerived);
  }
  CHECK_FALSE(parts[static_cast<size_t>(Phase::kComm)]);
}

TEST_CASE("a phase much shorter than a tick is refused") {
  PowerLimits slow = limits();
  slow.tick = Seconds(0.1);
  const auto fitted = fit_phase_powers(play({}).intervals, slow);
  REQUIRE(std::holds_alternative<std::string>(fitted));
  CHECK_THAT(std::get<std::string>(fitted), Contains("other takes 20") && Contains("0.3 ticks"));
}

TEST_CASE("a counter that looks only a quarter of the time gives powers that are refused") {
  RecordedTrace trace;
  trace.duty = 0.25;
  PowerLimits without_tick = limits();
  without_tick.tick.reset();
  const auto fitted = fit_phase_powers(play(trace).intervals, without_tick);
  REQUIRE(std::holds_alternative<std::string>(fitted));
  CHECK_THAT(std::get<std::string>(fitted), Contains("would draw"));
}

TEST_CASE("phases that always take the same share of an interval are refused") {
  std::vector<PowerInterval> intervals(500);
  for (size_t i = 0; i < intervals.size(); ++i) {
    const double length = 1 + 0.001 * static_cast<double>(i % 7);
    intervals[i].times[1] = Seconds(0.4 * length);
    intervals[i].times[2] = Seconds(0.6 * length);
    intervals[i].energy = Joules(500 * length);
  }
  const auto fitted =
      fit_phase_powers(intervals, {.idle = {}, .highest = {}, .tick = {}, .step = {}});
  REQUIRE(std::holds_alternative<std::string>(fitted));
  CHECK_THAT(std::get<std::string>(fitted), Contains("go together"));
}

TEST_CASE("a few readings are no fit") {
  const auto fitted = fit_phase_powers(std::vector<PowerInterval>(5), limits());
  CHECK_THAT(std::get<std::string>(fitted), Contains("5 intervals"));
}

// Steps of exactly four ticks: a counter that looks a quarter of the time sees the same quarter of
// every step. With lengths that vary the error is gone.
TEST_CASE("aliasing makes a total wrong and is flagged") {
  RecordedTrace trace;
  trace.duty = 0.25;
  trace.step_s = 0.35;
  trace.tick_s = 0.35 / 2;
  trace.jitter = 0;
  const Played aliased = play(trace);
  CHECK(std::abs(aliased.counted / aliased.used - 1) > 0.05);
  CHECK(steps_alias(Seconds(trace.step_s), Seconds(trace.tick_s)));
  trace.jitter = 0.1;
  const Played varied = play(trace);
  CHECK(std::abs(varied.counted / varied.used - 1) < 0.02);
  CHECK_FALSE(steps_alias(Seconds(0.35), Seconds(0.1)));
  CHECK(steps_alias(Seconds(0.4), Seconds(0.1)));
  CHECK(steps_alias(Seconds(0.3997), Seconds(0.1)));
  CHECK_FALSE(steps_alias(Seconds(0.03), Seconds(0.1)));
}

}  // namespace
}  // namespace assay
