// What metering costs the process that trains, in CPU seconds: the profiler, the metrics and the
// record on the training thread, the energy sampler on its own. Printed with its share of a step.
#include <stdlib.h>
#include <time.h>
#include <catch2/catch.hpp>

#include <chrono>
#include <fstream>
#include <functional>
#include <iostream>
#include <thread>

#include "energy/energy_config.h"
#include "formats/temporary_folder.h"
#include "metrics/metrics_sink.h"
#include "profile/steady_timer.h"
#include "profile/step_profiler.h"
#include "record/run_writer.h"

namespace {

using namespace assay;

constexpr int kSteps = 20000;

double thread_cpu_s() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

double cpu_s_per_step(const std::function<void(int64_t)>& body) {
  for (int64_t step = 1; step <= 100; ++step) body(step);
  const double begin = thread_cpu_s();
  for (int64_t step = 101; step <= 100 + kSteps; ++step) body(step);
  return (thread_cpu_s() - begin) / kSteps;
}

// The marks of a step with four micro-batches.
StepProfile profiled_step(StepProfiler& profiler) {
  profiler.begin_step();
  for (int micro = 0; micro < 4; ++micro) {
    for (const Phase phase : {Phase::kData, Phase::kForward, Phase::kBackward}) {
      profiler.enter(phase);
    }
  }
  for (const Phase phase : {Phase::kComm, Phase::kOptimizer, Phase::kOther}) profiler.enter(phase);
  profiler.end_step();
  return profiler.take_finished().value();
}

StepRecord record_of(int64_t step, StepProfile profile) {
  StepRecord record{.stage = "pretrain",
                    .step = step,
                    .time_unix_s = 1.8e9 + 0.02 * static_cast<double>(step),
                    .tokens = Tokens(4096),
                    .loss = 2.345678901234567,
                    .grad_norm = 1.234567890123456,
                    .learning_rate = 3e-4};
  record.profile = std::move(profile);
  for (int layer = 0; layer < 8; ++layer) {
    record.tokens_per_expert.push_back({1100, 1000, 900, 1200, 800, 1050, 950, 1192});
  }
  return record;
}

// CPU seconds of the sampler in a second, as it reads a scripted GPU every 50 ms.
double sampler_cpu_per_second() {
  const TemporaryFolder folder;
  const auto script = folder.path() / "nvml";
  std::ofstream(script) << "gpu GPU-1 NVIDIA H100\nenergy 1000 36000\npower 700000\n";
  ::setenv("ASSAY_FAKE_NVML", script.c_str(), 1);
  EnergyMeter meter(find_power_sources({}, {"GPU-1"}, {}, FAKE_NVML).sources, {});
  const double seconds = 5;
  std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
  meter.stop();
  ::unsetenv("ASSAY_FAKE_NVML");
  return meter.cpu_time().value() / seconds;
}

TEST_CASE("metering costs at most 0.5 % of steps of 20 ms and 2 % of steps of 2 ms") {
  const TemporaryFolder folder;
  SteadyTimer timer;
  StepProfiler profiler(timer);
  RunManifest manifest{.run_id = "bench", .started_unix_s = 1.8e9};
  manifest.devices = {{.kind = "cuda", .name = "NVIDIA H100 80GB HBM3", .uuid = "GPU-1"}};
  MetricsRegistry registry;
  MetricsSink sink(registry, manifest,
                   {.flops_per_token = {{"exact_causal", Flops(6e9)},
                                        {"exact_full", Flops(7e9)},
                                        {"six_nd", Flops(5.5e9)}},
                    .peak = MetricsPeak{"bf16_dense", FlopsPerSecond(989.4e12)},
                    .price_per_device_hour = Money{2.0, "USD", ""}});
  const auto writer = RunWriter::create(folder.path() / "run", manifest);
  const StepProfile profile = profiled_step(profiler);
  const double marks = cpu_s_per_step([&](int64_t) { profiled_step(profiler); });
  const double metrics =
      cpu_s_per_step([&](int64_t step) { sink.consume(record_of(step, profile)); });
  const double record =
      cpu_s_per_step([&](int64_t step) { writer->consume(record_of(step, profile)); });
  const double sampler = sampler_cpu_per_second();
  std::cout << "CPU time of a step: profiler " << marks * 1e6 << " us, metrics " << metrics * 1e6
            << " us, record " << record * 1e6 << " us; sampler " << sampler * 1e6
            << " us a second\n";
  for (const auto& [step_s, limit] : {std::pair{0.020, 0.005}, std::pair{0.002, 0.02}}) {
    const double metered = (marks + metrics) / step_s + sampler;
    std::cout << "steps of " << step_s * 1e3 << " ms: profiler + metrics + sampler "
              << 100 * metered << " %, with the record " << 100 * (metered + record / step_s)
              << " %\n";
    CHECK(metered <= limit);
  }
}

}  // namespace
