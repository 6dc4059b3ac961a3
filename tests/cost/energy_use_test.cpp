#include "cost/energy_use.h"

#include <catch2/catch.hpp>

#include <cmath>

namespace assay {
namespace {

EnergySample reading(std::string source, std::string device, double time, double joules,
                     int attempt = 0) {
  EnergySample sample;
  sample.source = std::move(source);
  sample.device_uuid = std::move(device);
  sample.node = "0";
  sample.time_unix_s = time;
  sample.energy = Joules(joules);
  sample.attempt = attempt;
  return sample;
}

RunRecord run_with(std::vector<EnergySample> samples) {
  RunRecord record;
  record.manifests.resize(2);
  record.energy = std::move(samples);
  StepRecord step;
  step.tokens = Tokens(50);
  step.time_unix_s = 10;
  record.steps = {step};
  return record;
}

TEST_CASE("a run without a source has no energy, not zero") {
  RunRecord record = run_with({});
  record.manifests[1].energy_unavailable = {"rapl: no zones"};
  const EnergyUse use = energy_use(record);
  CHECK_FALSE(use.total.has_value());
  CHECK_FALSE(use.per_token.has_value());
  CHECK(use.unavailable.size() == 1);
}

TEST_CASE("energy is the difference of cumulative joules") {
  const EnergyUse use = energy_use(
      run_with({reading("rapl", "package-0", 10, 5000), reading("rapl", "package-0", 12, 5060),
                reading("rapl", "package-0", 20, 5300)}));
  REQUIRE(use.total.has_value());
  CHECK(use.total->value.value() == 300.0);
  CHECK(use.total->provenance == Provenance::kMeasured);
  CHECK(use.mean_power->value() == 30.0);
  CHECK(use.per_token->value() == 6.0);
  CHECK(use.components == std::vector<std::string>{"cpu_package"});
}

TEST_CASE("energy between two processes is not the run's") {
  const EnergyUse use = energy_use(run_with(
      {reading("rapl", "package-0", 0, 0), reading("rapl", "package-0", 1, 10),
       reading("rapl", "package-0", 50, 900, 1), reading("rapl", "package-0", 51, 905, 1)}));
  CHECK(use.total->value.value() == 15.0);
  CHECK(use.lines.at(0).covered.value() == 2.0);
}

TEST_CASE("a counter that starts again closes a segment and is told") {
  const EnergyUse use = energy_use(run_with(
      {reading("nvml_counter", "GPU-1", 0, 1000), reading("nvml_counter", "GPU-1", 1, 1100),
       reading("nvml_counter", "GPU-1", 2, 3), reading("nvml_counter", "GPU-1", 3, 13)}));
  CHECK(use.total->value.value() == 110.0);
  CHECK(use.lines.at(0).num_resets == 1);
}

TEST_CASE("the power integral is a check of the counter and never added to it") {
  auto integral = std::vector{reading("nvml_power_integral", "GPU-1", 0, 0),
                              reading("nvml_power_integral", "GPU-1", 10, 95)};
  auto both = integral;
  both.push_back(reading("nvml_counter", "GPU-1", 0, 1000));
  both.push_back(reading("nvml_counter", "GPU-1", 10, 1100));
  CHECK(energy_use(run_with(integral)).total->value.value() == 95.0);
  const EnergyUse use = energy_use(run_with(both));
  CHECK(use.total->value.value() == 100.0);
  CHECK(use.lines.at(1).why_not == "check of nvml_counter");
}

TEST_CASE("the power integral of an Intel GPU is a check of its counter, an AMD GPU's counts") {
  const EnergyUse use =
      energy_use(run_with({reading("hwmon_counter", "0000:4d:00.0", 0, 28),
                           reading("hwmon_counter", "0000:4d:00.0", 10, 123),
                           reading("hwmon_power_integral", "0000:4d:00.0", 0, 0),
                           reading("hwmon_power_integral", "0000:4d:00.0", 10, 90),
                           reading("hwmon_power_integral", "0000:03:00.0", 0, 0),
                           reading("hwmon_power_integral", "0000:03:00.0", 10, 300)}));
  CHECK(use.total->value.value() == Approx(95 + 300));
  CHECK(use.components == std::vector<std::string>{"gpu_board"});
  CHECK(use.lines.at(1).ratio_to_check.value() == Approx(95.0 / 90));
}

TEST_CASE("a zone inside another zone is not added") {
  const EnergyUse use =
      energy_use(run_with({reading("rapl", "package-0", 0, 0), reading("rapl", "package-0", 1, 10),
                           reading("rapl", "core", 0, 0), reading("rapl", "core", 1, 6),
                           reading("rapl", "dram", 0, 0), reading("rapl", "dram", 1, 2),
                           reading("rapl", "psys", 0, 0), reading("rapl", "psys", 1, 30)}));
  CHECK(use.total->value.value() == 12.0);
}

TEST_CASE("a total carries the provenance of its weakest line") {
  auto assumed = std::vector{reading("tdp", "GPU-2", 0, 0), reading("tdp", "GPU-2", 1, 7)};
  for (EnergySample& sample : assumed) sample.provenance = Provenance::kAssumed;
  assumed.push_back(reading("nvml_counter", "GPU-1", 0, 0));
  assumed.push_back(reading("nvml_counter", "GPU-1", 1, 5));
  const EnergyUse use = energy_use(run_with(assumed));
  CHECK(use.total->value.value() == 12.0);
  CHECK(use.total->provenance == Provenance::kAssumed);
}

TEST_CASE("one reading is no energy") {
  const EnergyUse use = energy_use(run_with({reading("rapl", "package-0", 0, 4711)}));
  CHECK_FALSE(use.total.has_value());
  CHECK(use.lines.at(0).why_not == "fewer than two readings");
}

TEST_CASE("a total has an interval: sensor, tick and check, and never below 5 %") {
  RunRecord record = run_with(
      {reading("nvml_counter", "GPU-1", 0, 1000), reading("nvml_counter", "GPU-1", 10, 2000)});
  const EnergyUse alone = energy_use(record);
  CHECK(alone.total->bounds->low.value() == Approx(950));
  CHECK(alone.total->bounds->high.value() == Approx(1050));

  record.manifests[1].energy_probes = {{.source = "nvml_counter",
                                        .device_uuid = "GPU-1",
                                        .call = Seconds(0.001),
                                        .tick = Seconds(1.0),
                                        .idle = {},
                                        .observed = Seconds(5)}};
  record.energy.push_back(reading("nvml_power_integral", "GPU-1", 0, 0));
  record.energy.push_back(reading("nvml_power_integral", "GPU-1", 10, 1100));
  const EnergyUse checked = energy_use(record);
  const double ratio = 1000.0 / 1100.0;
  CHECK(checked.lines.at(0).ratio_to_check.value() == Approx(ratio));
  const double wanted = std::sqrt(0.05 * 0.05 + 0.1 * 0.1 / 6 + (1 - ratio) * (1 - ratio));
  CHECK(checked.lines.at(0).relative_uncertainty.value() == Approx(wanted));
  CHECK(checked.total->bounds->high.value() == Approx(1000 * (1 + wanted)));
}

TEST_CASE("joules are shared out to phases by their time") {
  RunRecord record =
      run_with({reading("rapl", "package-0", 0, 0), reading("rapl", "package-0", 10, 1000)});
  record.steps[0].profile.phases[1] = Seconds(4);
  record.steps[0].profile.phases[2] = Seconds(5);
  const EnergyUse use = energy_use(record);
  CHECK(use.by_phase->at(1).value() == Approx(400));
  CHECK(use.by_phase->at(2).value() == Approx(500));
}

TEST_CASE("a total with an assumed line has no interval") {
  auto samples = std::vector{reading("tdp", "GPU-2", 0, 0), reading("tdp", "GPU-2", 1, 7)};
  for (EnergySample& sample : samples) sample.provenance = Provenance::kAssumed;
  const EnergyUse use = energy_use(run_with(samples));
  REQUIRE(use.total);
  CHECK_FALSE(use.total->bounds);
}

}  // namespace
}  // namespace assay
