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
#include "metered_step.h"
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
  const RunManifest manifest = metered_manifest();
  MetricsRegistry registry;
  MetricsSink sink(registry, manifest, metered_facts());
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
