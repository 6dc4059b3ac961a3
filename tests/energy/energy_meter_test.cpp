#include "energy/energy_meter.h"

#include <catch2/catch.hpp>

#include <condition_variable>

namespace assay {
namespace {

using Catch::Matchers::Contains;

// Time that moves only when a test says so; the meter's thread waits in sleep().
class ManualClock : public MeterClock {
 public:
  double now_unix_s() override {
    const std::lock_guard lock(mutex_);
    return now_;
  }
  bool sleep(Seconds time) override {
    std::unique_lock lock(mutex_);
    wake_at_ = now_ + time.value();
    asleep_ = true;
    changed_.notify_all();
    changed_.wait(lock, [&] { return woken_ || now_ >= wake_at_ - 1e-9; });
    asleep_ = false;
    return !woken_;
  }
  void wake() override {
    const std::lock_guard lock(mutex_);
    woken_ = true;
    changed_.notify_all();
  }
  /// Waits until the meter sleeps, then lets its next poll happen at its due time plus `late`.
  void next_poll(double late = 0) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return asleep_; });
    now_ = wake_at_ + late;
    asleep_ = false;
    changed_.notify_all();
    changed_.wait(lock, [&] { return asleep_; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  double now_ = 1000.0;
  double wake_at_ = 0;
  bool asleep_ = false;
  bool woken_ = false;
};

// 100 W, unless `script` says otherwise for a poll: a failure text, or a counter that begins again.
class FakeSource : public PowerSource {
 public:
  explicit FakeSource(std::map<int, std::string> script = {}) : script_(std::move(script)) {}
  std::vector<EnergySeries> series() const override {
    return {{"fake", "dev", Provenance::kMeasured}};
  }
  EnergyReadings read(double now_unix_s) noexcept override {
    const auto found = script_.find(num_reads_++);
    if (found != script_.end() && found->second != "reset") return {{}, {found->second}};
    if (found != script_.end()) start_unix_s_ = now_unix_s;
    return {{{.time_unix_s = now_unix_s,
              .source = "fake",
              .device_uuid = "dev",
              .energy = Watts(100) * Seconds(now_unix_s - start_unix_s_)}},
            {}};
  }

 private:
  std::map<int, std::string> script_;
  int num_reads_ = 0;
  double start_unix_s_ = 900.0;
};

struct Bench {
  explicit Bench(std::map<int, std::string> script = {}, EnergyMeterOptions options = {}) {
    auto owned = std::make_unique<ManualClock>();
    clock = owned.get();
    std::vector<std::unique_ptr<PowerSource>> sources;
    sources.push_back(std::make_unique<FakeSource>(std::move(script)));
    meter = std::make_unique<EnergyMeter>(std::move(sources), options, std::move(owned));
  }
  void polls(int count) const {
    for (int i = 0; i < count; ++i) clock->next_poll();
  }

  ManualClock* clock;
  std::unique_ptr<EnergyMeter> meter;
};

TEST_CASE("joules at a time between two polls are interpolated") {
  const Bench bench;
  bench.polls(4);
  const auto joules = bench.meter->at("fake", "dev", 1000.125);
  REQUIRE(joules.has_value());
  CHECK(joules->value() == Approx(10012.5));
  CHECK_FALSE(bench.meter->at("fake", "dev", 1001.0).has_value());
  CHECK_FALSE(bench.meter->at("fake", "other", 1000.1).has_value());
}

TEST_CASE("recorded samples are the first, one a record period and the last") {
  const Bench bench({}, {.poll_period = Seconds(0.25), .record_period = Seconds(1.0)});
  bench.polls(9);
  bench.meter->stop();
  std::vector<double> times;
  for (const EnergySample& sample : bench.meter->take_samples()) {
    times.push_back(sample.time_unix_s);
  }
  CHECK(times == std::vector<double>{1000.0, 1001.0, 1002.0, 1002.25});
  CHECK(bench.meter->take_samples().empty());
  CHECK(bench.meter->num_polls() == 11);
}

TEST_CASE("failures are counted by text and give no sample") {
  const Bench bench({{1, "GPU is lost"}, {2, "GPU is lost"}, {3, "no permission"}});
  bench.polls(5);
  bench.meter->stop();
  const std::vector<EnergyFault> faults = bench.meter->faults();
  REQUIRE(faults.size() == 2);
  CHECK(faults[0].text == "GPU is lost");
  CHECK(faults[0].count == 2);
  CHECK(bench.meter->num_faults() == 3);
}

TEST_CASE("a counter that begins again is a fault and both ends are recorded") {
  const Bench bench({{3, "reset"}}, {.poll_period = Seconds(0.1), .record_period = Seconds(60)});
  bench.polls(4);
  bench.meter->stop();
  std::vector<double> joules;
  for (const EnergySample& sample : bench.meter->take_samples()) {
    joules.push_back(sample.energy.value());
  }
  REQUIRE(joules.size() == 4);
  CHECK(joules[0] == Approx(10000));
  CHECK(joules[1] == Approx(10020));
  CHECK(joules[2] == Approx(0));
  CHECK(joules[3] == Approx(10));
  CHECK_THAT(bench.meter->faults().at(0).text, Contains("went back"));
}

TEST_CASE("a meter that is starved for ten seconds has no joule between its polls lost or made") {
  const Bench bench;
  bench.polls(1);
  bench.clock->next_poll(10.0);
  bench.meter->stop();
  const std::vector<EnergySample> samples = bench.meter->take_samples();
  const Joules total = samples.back().energy - samples.front().energy;
  const double time = samples.back().time_unix_s - samples.front().time_unix_s;
  CHECK(total.value() == Approx(100 * time));
}

TEST_CASE("many faults of changing text do not fill the memory") {
  std::map<int, std::string> script;
  for (int i = 0; i < 200; ++i) script[i] = "fault " + std::to_string(i);
  const Bench bench(script);
  bench.polls(199);
  CHECK(bench.meter->faults().size() <= 65);
  CHECK(bench.meter->num_faults() == 200);
}

TEST_CASE("a meter without sources starts no thread and stops twice") {
  EnergyMeter meter({}, {});
  meter.stop();
  meter.stop();
  CHECK(meter.num_polls() == 0);
  CHECK(meter.take_samples().empty());
}

TEST_CASE("samples, faults and figures may be asked for while the meter reads") {
  const Bench bench({{7, "a fault"}});
  std::thread reader([&] {
    for (int i = 0; i < 200; ++i) {
      static_cast<void>(bench.meter->take_samples());
      static_cast<void>(bench.meter->at("fake", "dev", 1000.2));
      static_cast<void>(bench.meter->num_faults());
    }
  });
  bench.polls(50);
  reader.join();
  bench.meter->stop();
  CHECK(bench.meter->num_polls() == 52);
}

TEST_CASE("the system clock wakes at once when it is told to") {
  SystemMeterClock clock;
  clock.wake();
  const double before = clock.now_unix_s();
  CHECK_FALSE(clock.sleep(Seconds(1000)));
  CHECK(clock.now_unix_s() >= before);
}

TEST_CASE("a source that stays silent is told as lost from its last reading, and when it is back") {
  std::map<int, std::string> script;
  for (int i = 3; i < 9; ++i) script[i] = "fake: dev: GPU is lost";
  const Bench bench(script, {.poll_period = Seconds(0.25), .lost_after = Seconds(1.0)});
  bench.polls(5);
  CHECK(bench.meter->take_changes().empty());
  bench.polls(2);
  const auto lost = bench.meter->take_changes();
  REQUIRE(lost.size() == 1);
  CHECK_FALSE(lost[0].available);
  CHECK(lost[0].series.device_uuid == "dev");
  CHECK(lost[0].since_unix_s == 1000.5);
  CHECK(lost[0].why == "fake: dev: GPU is lost");
  // The last reading before is in the record, and nothing after it.
  CHECK(bench.meter->take_samples().back().time_unix_s == 1000.5);
  bench.polls(3);
  const auto back = bench.meter->take_changes();
  REQUIRE(back.size() == 1);
  CHECK(back[0].available);
  CHECK(back[0].since_unix_s == 1002.25);
}

TEST_CASE("ticks are kept where they are asked for") {
  const Bench without;
  without.polls(4);
  CHECK(without.meter->take_ticks({"fake", "dev"}).empty());
  const Bench bench({}, {.keep_ticks = true});
  bench.polls(4);
  const auto ticks = bench.meter->take_ticks({"fake", "dev"});
  CHECK(ticks.size() == 5);
  CHECK(ticks.front().first);
  CHECK(bench.meter->take_ticks({"fake", "other"}).empty());
}

}  // namespace
}  // namespace assay
