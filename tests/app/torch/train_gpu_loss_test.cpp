// A whole run beside a scripted GPU that is lost midway: training goes on, no joule is made up.
#include <signal.h>
#include <stdlib.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "child_program.h"
#include "free_port.h"
#include "program.h"
#include "small_run.h"

namespace {

using Catch::Contains;
using nlohmann::json;
namespace fs = std::filesystem;

constexpr int kReadings = 400;
constexpr double kJoulesPerReading = 0.1;

/// The variables by which the program finds the scripted library, for this scope.
class ScriptedNvml {
 public:
  explicit ScriptedNvml(const std::string& script) {
    setenv("LD_LIBRARY_PATH", FAKE_NVML_FOLDER, 1);
    setenv("ASSAY_FAKE_NVML", script.c_str(), 1);
  }
  ~ScriptedNvml() {
    unsetenv("LD_LIBRARY_PATH");
    unsetenv("ASSAY_FAKE_NVML");
  }
  ScriptedNvml(const ScriptedNvml&) = delete;
  ScriptedNvml& operator=(const ScriptedNvml&) = delete;
};

// Answers kReadings times, 0.1 J more each time; then the GPU is lost for good.
void write_script(const fs::path& path) {
  std::ofstream script(path);
  script << "gpu GPU-7 NVIDIA H100 80GB HBM3\nenergy";
  for (int i = 0; i < kReadings; ++i) script << ' ' << 1000 + 100 * i;
  script << " !15\npower";
  for (int i = 0; i < kReadings; ++i) script << " 20000";
  script << " !15\n";
}

const json* event_with(const std::vector<json>& events, const std::string& text) {
  for (const json& event : events) {
    if (event.at("message").get<std::string>().find(text) != std::string::npos) return &event;
  }
  return nullptr;
}

json energy_samples(const fs::path& path) {
  json all = json::array();
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) all.push_back(json::parse(line));
  return all;
}

void check_record(const SmallRun& run) {
  const std::vector<json> events = run.events("a");
  const json* lost = event_with(events, "nvml_counter GPU-7 is not available since 20");
  REQUIRE(lost != nullptr);
  CHECK(lost->at("event") == "warning");
  CHECK_THAT(lost->at("message").get<std::string>(), Contains("GPU is lost"));
  // Nothing is recorded of the device after its loss, and nothing more than it counted.
  double counted = 0;
  for (const json& sample : energy_samples(run.folder() / "a" / "energy.0.jsonl")) {
    CHECK(sample.at("time_unix_s") < lost->at("time_unix_s"));
    if (sample.at("source") == "nvml_counter") counted = sample.at("energy_j");
  }
  CHECK(counted <= 1 + kJoulesPerReading * kReadings);
  const json* shares = event_with(events, "nvml_counter GPU-7: time_share: ");
  REQUIRE(shares != nullptr);
  CHECK(shares->at("event") == "phase_power");
  CHECK_FALSE(shares->at("phase_power").at("reason").get<std::string>().empty());
}

void check_manifest(const SmallRun& run) {
  std::ifstream file(run.folder() / "a" / "manifest.json");
  const json manifest = json::parse(file);
  const json& probe = manifest.at("energy_probes").at(0);
  CHECK(probe.at("source") == "nvml_counter");
  CHECK(probe.at("tick_s") > 0);
  CHECK(probe.at("call_s") >= 0);
  CHECK(probe.at("limit_w") == 700.0);
}

void check_report(const SmallRun& run) {
  const std::string folder = (run.folder() / "a").string();
  REQUIRE(run_assay({"report", folder, "--format", "json,md"}).exit_code == 0);
  std::ifstream file(folder + "/report.md");
  const std::string report{std::istreambuf_iterator<char>(file), {}};
  CHECK_THAT(report, Contains("Part of the steps' time with energy readings"));
  CHECK_THAT(report, Contains("Shared out to phases by time, not by fitted powers: "));
}

TEST_CASE("a GPU that is lost midway ends its joules and not the run") {
  const SmallRun run;
  write_script(run.folder() / "nvml");
  const ScriptedNvml nvml((run.folder() / "nvml").string());
  const uint16_t port = free_port();
  ChildProgram child(
      run.train("a", {"--set", "train.steps=200000", "--set", "energy.gpus=GPU-7", "--set",
                      "energy.probe_time=0.05 s", "--set", "energy.poll_period=0.005 s", "--set",
                      "energy.record_period=0.05 s", "--set", "energy.lost_after=0.3 s", "--set",
                      "metrics.address=127.0.0.1:" + std::to_string(port)}),
      run.folder() / "log");
  std::string before;
  const bool measured = child.wait_until([&] {
    const std::string answer = get_metrics(port);
    if (answer.find("assay_power_watts{") != std::string::npos) before = answer;
    return event_with(run.events("a"), "is not available since") != nullptr;
  });
  INFO(child.log());
  REQUIRE(measured);
  CHECK_THAT(before, Contains("assay_energy_source_available{source=\"nvml\"} 1"));
  const size_t steps_at_loss = run.num_step_lines("a");
  REQUIRE(child.wait_until([&] { return run.num_step_lines("a") > steps_at_loss + 50; }));
  const std::string after = get_metrics(port);
  CHECK_THAT(after, Contains("assay_energy_source_available{source=\"nvml\"} 0"));
  CHECK_THAT(after, !Contains("assay_power_watts{"));
  CHECK_THAT(after, Contains("assay_energy_joules_total{"));
  CHECK_THAT(after, !Contains("assay_energy_faults_total 0\n"));
  child.signal(SIGTERM);
  CHECK(child.wait() == 75);
  CHECK_THAT(child.log(), Contains("% of the steps' time, the rest is not known)"));
  check_record(run);
  check_manifest(run);
  check_report(run);
}

}  // namespace
