// What metering adds to the wall time of steps, in pairs of blocks with and without it. Printed
// with its 95 % interval; on a machine that others use the interval says how little is known, so
// nothing is checked.
#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <stdlib.h>
#include <catch2/catch.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <fstream>
#include <functional>
#include <iostream>
#include <random>
#include <vector>

#include "energy/energy_config.h"
#include "formats/temporary_folder.h"
#include "metered_step.h"
#include "profile/steady_timer.h"

namespace {

using namespace assay;

constexpr int kPairs = 30;
constexpr double kBlockSeconds = 0.4;

double wall_of(const std::function<void()>& body) {
  const auto begin = std::chrono::steady_clock::now();
  body();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

// Matrix products that take about so long.
class Work {
 public:
  explicit Work(double seconds) : a_(at::rand({192, 192})), b_(at::rand({192, 192})) {
    run(50);
    const double each = wall_of([this] { run(200); }) / 200;
    num_products_ = std::max(1, static_cast<int>(std::lround(seconds / each)));
  }
  void step() const { run(num_products_); }

 private:
  void run(int count) const {
    for (int i = 0; i < count; ++i) at::mm(a_, b_);
  }

  at::Tensor a_;
  at::Tensor b_;
  int num_products_ = 0;
};

double plain_block(const Work& work, int num_steps) {
  return wall_of([&] {
    for (int step = 0; step < num_steps; ++step) work.step();
  });
}

// Phases are marked, metrics are told and a scripted GPU is read every 50 ms.
double metered_block(const Work& work, int num_steps) {
  SteadyTimer timer;
  StepProfiler profiler(timer);
  MetricsRegistry registry;
  MetricsSink sink(registry, metered_manifest(), metered_facts());
  EnergyMeter meter(find_power_sources({}, {"GPU-1"}, {}, FAKE_NVML).sources, {});
  const double wall = wall_of([&] {
    for (int step = 1; step <= num_steps; ++step) {
      work.step();
      sink.consume(record_of(step, profiled_step(profiler)));
      for (const EnergySample& sample : meter.take_samples()) sink.consume(sample);
    }
  });
  meter.stop();
  return wall;
}

void compare(double step_seconds) {
  const Work work(step_seconds);
  const int num_steps = std::max(5, static_cast<int>(kBlockSeconds / step_seconds));
  std::mt19937 random(1);
  std::vector<double> shares;
  for (int pair = 0; pair < kPairs; ++pair) {
    const bool metered_first = random() % 2 == 0;
    double metered = metered_first ? metered_block(work, num_steps) : 0;
    const double plain = plain_block(work, num_steps);
    if (!metered_first) metered = metered_block(work, num_steps);
    shares.push_back(metered / plain - 1);
  }
  double mean = 0;
  for (const double share : shares) mean += share / kPairs;
  double squares = 0;
  for (const double share : shares) squares += std::pow(share - mean, 2);
  constexpr double kStudent = 2.045;  // 95 %, 29 degrees of freedom
  static_assert(kPairs == 30);
  const double half = kStudent * std::sqrt(squares / (kPairs - 1) / kPairs);
  std::cout << "wall time of steps of " << step_seconds * 1e3 << " ms: " << 100 * mean
            << " % more with metering (95 %: " << 100 * (mean - half) << " to "
            << 100 * (mean + half) << " %, " << kPairs << " pairs of " << num_steps << " steps)\n";
  CHECK(std::isfinite(mean));
}

TEST_CASE("paired wall time of steps with and without metering") {
  const TemporaryFolder folder;
  const auto script = folder.path() / "nvml";
  std::ofstream(script) << "gpu GPU-1 NVIDIA H100\nenergy 1000 36000\npower 700000\n";
  ::setenv("ASSAY_FAKE_NVML", script.c_str(), 1);
  at::set_num_threads(1);
  for (const double seconds : {0.020, 0.002}) compare(seconds);
  ::unsetenv("ASSAY_FAKE_NVML");
}

}  // namespace
