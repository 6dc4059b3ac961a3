// A run whose host clock is set while it trains: no step, no second and no money more or less.
#include <catch2/catch.hpp>

#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "program.h"
#include "small_run.h"

namespace {

using Catch::Contains;
using nlohmann::json;

constexpr double kPriceOfSecond = 1.0;  // 3600 USD an hour

std::vector<double> step_times(const std::filesystem::path& file) {
  std::vector<double> times;
  std::ifstream lines(file);
  for (std::string line; std::getline(lines, line);) {
    times.push_back(json::parse(line).at("time_unix_s"));
  }
  return times;
}

double held_seconds(const std::string& out) {
  const std::string label = "time:        ";
  const size_t begin = out.find(label);
  REQUIRE(begin != std::string::npos);
  return std::stod(out.substr(begin + label.size()));
}

// Trains beside a clock that is set by so many seconds, with a budget that an hour would spend.
ProgramResult train_beside(const SmallRun& run, const std::string& set_s) {
  const std::string steps = (run.folder() / "a" / "steps.jsonl").string();
  return run_assay(
      run.train("a", {"--set", "price.device_hour=3600 USD/gpu_h", "--budget", "3000 USD", "--set",
                      "metrics.textfile=" + (run.folder() / "a.prom").string()}),
      {"LD_PRELOAD=" FAKE_CLOCK, "ASSAY_FAKE_CLOCK_AT=" + steps,
       "ASSAY_FAKE_CLOCK_SET_S=" + set_s});
}

double metric(const SmallRun& run, const std::string& name) {
  std::ifstream file(run.folder() / "a.prom");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with(name)) return std::stod(line.substr(line.rfind(' ') + 1));
  }
  FAIL("no metric " << name);
  return 0;
}

void check_run(const SmallRun& run, const ProgramResult& result, const std::string& told,
               double set_s) {
  INFO(result.out << result.err);
  REQUIRE(result.exit_code == 0);
  CHECK(run.steps("a").size() == 40);
  CHECK(run.events("a").back().at("message") == "finished");

  const std::vector<double> times = step_times(run.folder() / "a" / "steps.jsonl");
  for (size_t i = 1; i < times.size(); ++i) CHECK(times[i] >= times[i - 1]);
  CHECK(times.back() - times.front() < 600);
  // What is told is that it was set, which it was for the run and not only for the test.
  int num_told = 0;
  for (const json& event : run.events("a")) {
    num_told += event.at("message").get<std::string>().find(told) != std::string::npos ? 1 : 0;
  }
  CHECK(num_told == 1);
  // The time held and its rent are seconds: not an hour, not less than nothing.
  const double held = held_seconds(result.out);
  CHECK(held > 0);
  CHECK(held < 600);
  const double idle = metric(run, "assay_device_seconds_total{state=\"idle\"}");
  CHECK(idle >= 0);
  CHECK(idle < 600);
  const double rent = metric(run, "assay_run_cost{");
  CHECK(rent > 0);
  CHECK(rent < 600 * kPriceOfSecond);
  // A moment that a scraper sees is by the host's clock, as the scraper's own are.
  CHECK(metric(run, "assay_last_step_timestamp_seconds") - times.back() ==
        Approx(set_s).margin(60));
}

TEST_CASE("a clock that is set back by an hour costs no step, no second and no event") {
  const SmallRun run;
  const ProgramResult result = train_beside(run, "-3600");
  check_run(run, result, "the host clock was set back by 3600", -3600);
}

TEST_CASE("a clock that is set forward by an hour makes no second up and spends no budget") {
  const SmallRun run;
  const ProgramResult result = train_beside(run, "3600");
  check_run(run, result, "the host clock was set forward by 3600", 3600);
}

}  // namespace
