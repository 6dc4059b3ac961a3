// Reports of long runs: a million steps within 10 s of CPU and 300 MB, ten million within ten times
// the time and no more memory.
#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>

#include "soak/long_run.h"

namespace {

nlohmann::json figures_of(const LongRun& run) {
  std::ifstream file(run.folder() / "report.json");
  return nlohmann::json::parse(file);
}

TEST_CASE("a million steps are reported within 300 MB, and no spike of the loss is lost") {
  const LongRun run(1'000'000);
  const ProgramCost cost = run.report("html,json");
  print("1,000,000 steps", cost);
  REQUIRE(cost.exit_code == 0);
  CHECK(cost.cpu_s < 10);
  CHECK(cost.peak_mb < 300);
  // Charts keep the highest and lowest value of what they leave out.
  std::ifstream file(run.folder() / "report.json");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  CHECK_THAT(text, Catch::Contains("77.125"));
  CHECK(fs::file_size(run.folder() / "report.html") < 2'000'000);
}

TEST_CASE("ten million steps take ten times as long as a million and no more memory") {
  constexpr uintmax_t kNeeded = 8'000'000'000;
  if (fs::space(fs::temp_directory_path()).available < kNeeded) {
    WARN("skipped: 8 GB are needed in " << fs::temp_directory_path());
    return;
  }
  ProgramCost million;
  {
    const LongRun run(1'000'000);
    million = run.report("json");
  }
  const LongRun run(10'000'000);
  const ProgramCost cost = run.report("json");
  print("10,000,000 steps", cost);
  REQUIRE(million.exit_code == 0);
  REQUIRE(cost.exit_code == 0);
  CHECK(cost.cpu_s < 1.5 * 10 * million.cpu_s);
  CHECK(cost.peak_mb < 1.5 * million.peak_mb);
}

TEST_CASE("ten million samples of energy and two million events take no more memory than a tenth") {
  constexpr uintmax_t kNeeded = 3'500'000'000;
  if (fs::space(fs::temp_directory_path()).available < kNeeded) {
    WARN("skipped: 3.5 GB are needed in " << fs::temp_directory_path());
    return;
  }
  ProgramCost tenth;
  {
    const LongRun run(10'000, 1'000'000);
    tenth = run.report("json");
    print("1,000,000 samples and 200,000 events", tenth);
  }
  const LongRun run(10'000, 10'000'000);
  const ProgramCost cost = run.report("json");
  print("10,000,000 samples and 2,000,000 events", cost);
  REQUIRE(tenth.exit_code == 0);
  REQUIRE(cost.exit_code == 0);
  CHECK(cost.cpu_s < 1.5 * 10 * tenth.cpu_s);
  CHECK(cost.peak_mb < 1.5 * tenth.peak_mb);
  CHECK(cost.peak_mb < 100);
  // 100 W over 100 s, and the lowest of all evaluations.
  const std::string report = figures_of(run).dump();
  CHECK_THAT(report, Catch::Contains("1.0625"));
  CHECK_THAT(report, Catch::Contains("10000.0"));
}

}  // namespace
