#include "energy/phase_power_fitter.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <random>

namespace assay {
namespace {

using Catch::Contains;

constexpr double kFitStart = 1000.0;

// A device that draws 550 W forward, 650 W backward, 300 W in the optimizer and 90 W between steps;
// its counter ticks every `tick_s` and is read every `poll_s`, by the host's clock or by the time
// of its refresh.
struct FittedDevice {
  double tick_s = 0.1;
  double poll_s = 0.001;
  bool stamped = false;
  double optimizer_s = 0.06;
  double jitter = 0.05;
  double step_scale = 1;
  int num_steps = 1500;
};

PowerLimits counter_limits(double tick_s) {
  return {.idle = Watts(90), .highest = Watts(700), .tick = Seconds(tick_s), .step = {}};
}

class DevicePlayer {
 public:
  explicit DevicePlayer(const FittedDevice& device, const PowerLimits& bounds)
      : device_(device), fitter_("nvml_counter", "GPU-1", bounds) {}

  PhasePowerFit play() {
    std::mt19937_64 random(3);
    std::uniform_real_distribution<double> jitter(1 - device_.jitter, 1 + device_.jitter);
    const double scale = device_.step_scale;
    for (int step = 0; step < device_.num_steps; ++step) {
      const double begin = now_;
      phase(Phase::kData, 0.001 * scale, 90);
      phase(Phase::kForward, 0.1 * scale * jitter(random), 550);
      phase(Phase::kBackward, 0.2 * scale * jitter(random), 650);
      phase(Phase::kOptimizer, device_.optimizer_s * scale * jitter(random), 300);
      fitter_.step_ended(Seconds(now_ - begin));
      fitter_.add_ticks(log_.take());
      run(0.04 * scale * jitter(random), 90);
    }
    return fitter_.fit();
  }

 private:
  void phase(Phase phase, double length, double watts) {
    const double begin = now_;
    run(length, watts);
    fitter_.add_phase(static_cast<size_t>(phase), begin, now_);
  }

  // Time goes on in tenths of a millisecond.
  void run(double length, double watts) {
    constexpr double kStep = 1e-4;
    for (const auto end = now_ + length; now_ < end; now_ += kStep) {
      used_ += watts * kStep;
      if (now_ >= next_tick_) {
        counted_ = used_;
        refreshed_ = now_;
        next_tick_ += device_.tick_s;
      }
      if (now_ >= next_poll_) {
        log_.add(device_.stamped ? refreshed_ : now_, Joules(counted_));
        next_poll_ += device_.poll_s;
      }
    }
  }

  FittedDevice device_;
  PhasePowerFitter fitter_;
  TickLog log_;
  double now_ = kFitStart;
  double next_tick_ = kFitStart;
  double next_poll_ = kFitStart;
  double refreshed_ = kFitStart;
  double used_ = 0;
  double counted_ = 0;
};

PhasePowerFit fit_of(const FittedDevice& device) {
  return DevicePlayer(device, counter_limits(device.tick_s)).play();
}

double fitted_power(const PhasePowerFit& fit, const std::string& part) {
  for (const PartPower& power : fit.powers) {
    if (power.part == part) return power.power.value();
  }
  return -1;
}

TEST_CASE("ticks that are read every millisecond give each phase its power") {
  const PhasePowerFit fit = fit_of({});
  INFO(fit.reason);
  REQUIRE(fit.method == "fitted");
  CHECK(fit.num_intervals > 5000);
  CHECK(fitted_power(fit, "forward") == Approx(550).epsilon(0.03));
  CHECK(fitted_power(fit, "backward") == Approx(650).epsilon(0.03));
  CHECK(fitted_power(fit, "optimizer") == Approx(300).epsilon(0.06));
  CHECK(fitted_power(fit, "outside") == Approx(90).epsilon(0.25));
  // 1 ms of 400: it goes with the longest part and has its power.
  CHECK(fitted_power(fit, "data") == fitted_power(fit, "backward"));
  CHECK(fitted_power(fit, "comm") == -1);
}

TEST_CASE("a driver that stamps its refreshes may be read seldom") {
  FittedDevice device;
  device.poll_s = 0.03;
  device.stamped = true;
  const PhasePowerFit fit = fit_of(device);
  INFO(fit.reason);
  REQUIRE(fit.method == "fitted");
  CHECK(fitted_power(fit, "optimizer") == Approx(300).epsilon(0.06));
}

TEST_CASE("late readings are no fit: the joules are shared out by time") {
  FittedDevice device;
  device.poll_s = 0.05;
  const PhasePowerFit fit = fit_of(device);
  CHECK(fit.method == "time_share");
  CHECK(fit.powers.empty());
  CHECK_THAT(fit.reason, Contains("ticks are seen up to 50 ms late, forward takes only"));
}

TEST_CASE("a phase of less than 0.3 ticks is no fit") {
  FittedDevice device;
  device.optimizer_s = 0.02;
  device.stamped = true;
  CHECK_THAT(fit_of(device).reason, Contains("optimizer takes") && Contains("0.3 ticks"));
}

TEST_CASE("steps that keep time with the counter are no fit") {
  FittedDevice device;
  device.jitter = 0;
  device.step_scale = 0.5 / 0.361;  // the phases of a step take five ticks
  CHECK_THAT(fit_of(device).reason, Contains("keep time with the counter's ticks"));
}

TEST_CASE("a tick that is not known, or no step at all, is no fit") {
  PowerLimits unknown = counter_limits(0.1);
  unknown.tick.reset();
  FittedDevice few;
  few.num_steps = 20;
  CHECK_THAT(DevicePlayer(few, unknown).play().reason,
             Contains("tick of the counter is not known"));
  few.num_steps = 0;
  CHECK_THAT(fit_of(few).reason, Contains("no step between two ticks"));
  few.num_steps = 20;
  CHECK_THAT(fit_of(few).reason, Contains("intervals between two readings"));
}

TEST_CASE("the joules between two ticks of a counter that began again are in no interval") {
  PhasePowerFitter fitter("rapl", "package-0", counter_limits(0.1));
  fitter.add_phase(1, 10.0, 11.0);
  fitter.step_ended(Seconds(1));
  fitter.add_ticks({{.time_unix_s = 10.1, .energy = Joules(1000), .late = {}, .first = true},
                    {.time_unix_s = 10.2, .energy = Joules(1060), .late = {}},
                    {.time_unix_s = 10.3, .energy = Joules(1120), .late = {}},
                    {.time_unix_s = 10.4, .energy = Joules(3), .late = {}, .first = true},
                    {.time_unix_s = 10.5, .energy = Joules(63), .late = {}},
                    {.time_unix_s = 10.6, .energy = Joules(123), .late = {}}});
  CHECK(fitter.fit().num_intervals == 2);
}

}  // namespace
}  // namespace assay
