#include "energy/energy_probe.h"

#include <catch2/catch.hpp>

#include <cmath>

namespace assay {
namespace {

// A clock that goes on by what is slept, and by what a reading takes.
class SleepClock : public MeterClock {
 public:
  double now_unix_s() override { return now_; }
  bool sleep(Seconds time) override {
    now_ += time.value();
    return true;
  }
  void wake() override {}
  void pass(double seconds) { now_ += seconds; }

 private:
  double now_ = 1000.0;
};

// Draws 80 W; its counter ticks every `tick_s` and a reading takes 2 ms.
class TickingSource : public PowerSource {
 public:
  TickingSource(SleepClock& clock, double tick_s, std::string name)
      : clock_(clock), tick_s_(tick_s), name_(std::move(name)) {}
  std::vector<EnergySeries> series() const override {
    return {{name_, "GPU-1", Provenance::kMeasured}};
  }
  EnergyReadings read(double now_unix_s) noexcept override {
    clock_.pass(0.002);
    const double ticked = std::floor(now_unix_s / tick_s_) * tick_s_;
    return {{{.time_unix_s = now_unix_s,
              .source = name_,
              .device_uuid = "GPU-1",
              .energy = Watts(80) * Seconds(ticked - 900.0)}},
            {}};
  }

 private:
  SleepClock& clock_;
  double tick_s_;
  std::string name_;
};

std::vector<EnergyProbe> probe(double tick_s, std::string name = "nvml_counter") {
  SleepClock clock;
  std::vector<std::unique_ptr<PowerSource>> sources;
  sources.push_back(std::make_unique<TickingSource>(clock, tick_s, std::move(name)));
  return probe_energy(sources, Seconds(1), clock);
}

TEST_CASE("a probe tells a counter's tick, the cost of a reading and the idle power") {
  const auto probes = probe(0.1);
  REQUIRE(probes.size() == 1);
  CHECK(probes[0].tick.value().value() == Approx(0.1).margin(0.004));
  CHECK(probes[0].call.value() == Approx(0.002).epsilon(0.01));
  CHECK(probes[0].idle.value().value() == Approx(80).epsilon(0.02));
  CHECK(probes[0].observed.value() == Approx(1.0).margin(0.01));
}

TEST_CASE("half a second finds the tick of counters of 20 to 100 ms") {
  for (const double tick_s : {0.02, 0.05, 0.1}) {
    SleepClock clock;
    std::vector<std::unique_ptr<PowerSource>> sources;
    sources.push_back(std::make_unique<TickingSource>(clock, tick_s, "nvml_counter"));
    const auto probes = probe_energy(sources, Seconds(0.5), clock);
    REQUIRE(probes.size() == 1);
    REQUIRE(probes[0].tick);
    CHECK(probes[0].tick->value() == Approx(tick_s).margin(0.004));
    CHECK(probes[0].call.value() == Approx(0.002).epsilon(0.01));
  }
}

TEST_CASE("a counter that ticks more slowly than was waited for has no tick and no power") {
  const auto probes = probe(0.7);
  REQUIRE(probes.size() == 1);
  CHECK_FALSE(probes[0].tick);
  CHECK_FALSE(probes[0].idle);
}

TEST_CASE("what is replayed or assumed is not probed") { CHECK(probe(0.1, "replay").empty()); }

}  // namespace
}  // namespace assay
