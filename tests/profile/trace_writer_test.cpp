#include "profile/trace_writer.h"

#include <unistd.h>

#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "error/error.h"

namespace {

namespace fs = std::filesystem;
using assay::ClockLine;
using assay::Seconds;
using assay::StepTimeline;
using assay::TraceWriter;
using nlohmann::json;

constexpr double kOrigin = 1.8e9;

class TraceFile {
 public:
  TraceFile() : path_(fs::temp_directory_path() / ("assay-trace-" + std::to_string(getpid()))) {}
  ~TraceFile() { fs::remove(path_); }
  TraceFile(const TraceFile&) = delete;
  TraceFile& operator=(const TraceFile&) = delete;
  [[nodiscard]] const fs::path& path() const { return path_; }
  [[nodiscard]] json events() const {
    std::ifstream stream(path_);
    return json::parse(stream);
  }
  [[nodiscard]] std::vector<json> of_kind(const std::string& category) const {
    std::vector<json> found;
    for (const json& event : events()) {
      if (event.value("cat", "") == category) found.push_back(event);
    }
    return found;
  }

 private:
  fs::path path_;
};

StepTimeline timeline(double begin_s) {
  return {.begin_unix_s = kOrigin + begin_s,
          .wall = Seconds(0.5),
          .phases = {{"data", Seconds(0), Seconds(0.1)}, {"forward", Seconds(0.1), Seconds(0.5)}},
          .layers = {{"attention", Seconds(0.2), Seconds(0.4)}},
          .overlapped = {{"comm", Seconds(0.3), Seconds(0.6)}}};
}

TEST_CASE("a trace holds steps, phases, layers and side streams at their times") {
  const TraceFile file;
  TraceWriter writer({.file = file.path(), .run_id = "r", .origin_unix_s = kOrigin});
  writer.add(1, timeline(2.0));
  writer.finish({});
  const auto steps = file.of_kind("steps");
  REQUIRE(steps.size() == 1);
  CHECK(steps[0]["ph"] == "X");
  CHECK(steps[0]["ts"].get<double>() == Approx(2e6));
  CHECK(steps[0]["dur"].get<double>() == Approx(0.5e6));
  const auto phases = file.of_kind("phases");
  REQUIRE(phases.size() == 2);
  CHECK(phases[1]["name"] == "forward");
  CHECK(phases[1]["ts"].get<double>() == Approx(2.1e6));
  CHECK(file.of_kind("layers")[0]["dur"].get<double>() == Approx(0.2e6));
  CHECK(file.of_kind("side streams")[0]["ts"].get<double>() == Approx(2.3e6));
}

TEST_CASE("energy is a counter and what took time beside the steps has a row") {
  const TraceFile file;
  TraceWriter writer({.file = file.path(), .run_id = "r", .origin_unix_s = kOrigin});
  writer.consume(assay::EnergySample{.time_unix_s = kOrigin + 1,
                                     .source = "nvml_counter",
                                     .device_uuid = "GPU-1",
                                     .energy = assay::Joules(20),
                                     .power = assay::Watts(300)});
  writer.consume(assay::RunEvent{
      .time_unix_s = kOrigin + 3, .kind = "eval", .step = 4, .duration = Seconds(2)});
  writer.consume(assay::RunEvent{.time_unix_s = kOrigin + 3, .kind = "warning"});
  writer.finish({});
  const json energy = file.of_kind("energy").at(0);
  CHECK(energy["ph"] == "C");
  CHECK(energy["name"] == "nvml_counter GPU-1");
  CHECK(energy["args"] == json({{"energy_j", 20.0}, {"power_w", 300.0}}));
  const auto run = file.of_kind("run");
  REQUIRE(run.size() == 1);
  CHECK(run[0]["ts"].get<double>() == Approx(1e6));
}

TEST_CASE("only the first steps go into a trace, and the fit of the clocks ends it") {
  const TraceFile file;
  TraceWriter writer(
      {.file = file.path(), .run_id = "r", .origin_unix_s = kOrigin, .max_steps = 2});
  for (int step = 1; step <= 5; ++step) writer.add(step, timeline(step));
  ClockLine clock;
  clock.add(Seconds(0), kOrigin);
  writer.finish(clock);
  writer.finish(clock);
  CHECK(file.of_kind("steps").size() == 2);
  const json last = file.events().back();
  CHECK(last["name"] == "clock_line");
  CHECK(last["args"]["pairs"] == 1);
}

TEST_CASE("a trace that cannot be made is a storage error, one that fills the disk ends") {
  CHECK_THROWS_AS(TraceWriter({.file = "/nonexistent/trace.json", .run_id = "r"}),
                  assay::StorageError);
  TraceWriter full({.file = "/dev/full", .run_id = "r"});
  for (int step = 1; step < 100; ++step) full.add(step, timeline(step));
  full.finish({});
  CHECK(full.failure() == "No space left on device");
}

}  // namespace
