// A real training run as Prometheus sees it: scraped, killed, resumed.
#include <signal.h>
#include <catch2/catch.hpp>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <nlohmann/json.hpp>
#include <thread>

#include "app/torch/small_run.h"
#include "metrics/http_get.h"
#include "monitoring/http.h"
#include "monitoring/prometheus_stack.h"
#include "monitoring/service.h"

namespace assay {
namespace {

using nlohmann::json;

// What the step lines of a run say, all processes together, in the order they were written.
struct StepLine {
  double time_unix_s = 0;
  double tokens = 0;
  double wall_s = 0;
  int attempt = 0;
};

std::vector<StepLine> step_lines(const std::filesystem::path& run) {
  std::vector<StepLine> lines;
  std::ifstream stream(run / "steps.jsonl");
  for (std::string text; std::getline(stream, text) && !stream.eof();) {
    const json line = json::parse(text);
    lines.push_back(
        {line.at("time_unix_s"), line.at("tokens"), line.at("wall_s"), line.value("attempt", 0)});
  }
  return lines;
}

// The sum over the steps that ended after `begin` and up to `end`.
template <class Value>
double sum_between(const std::vector<StepLine>& lines, double begin, double end, Value value) {
  double sum = 0;
  for (const StepLine& line : lines) {
    if (line.time_unix_s > begin && line.time_unix_s <= end) sum += value(line);
  }
  return sum;
}

// A training run of a small model with a port of its own.
class ScrapedRun {
 public:
  ScrapedRun() : port_(free_port()) {}

  [[nodiscard]] std::unique_ptr<Service> start(int64_t steps) const {
    std::vector<std::string> command{ASSAY_TRAINING_PROGRAM};
    for (const std::string& argument : run_.train(
             "run", {"--resume", "auto", "--set", "train.steps=" + std::to_string(steps), "--set",
                     "metrics.address=127.0.0.1:" + std::to_string(port_), "--set",
                     "checkpoint.every_steps=500", "--set", "price.device_hour=3600 USD/gpu_h"})) {
      command.push_back(argument);
    }
    return std::make_unique<Service>(command, run_.folder() / "log");
  }
  [[nodiscard]] uint16_t port() const { return port_; }
  [[nodiscard]] std::filesystem::path folder() const { return run_.folder() / "run"; }

 private:
  SmallRun run_;
  uint16_t port_;
};

// All samples that Prometheus holds of one series.
std::vector<std::pair<double, double>> samples(const PrometheusStack& stack,
                                               const std::string& selector) {
  const std::vector<PromSeries> series = stack.query(selector + "[10m]");
  REQUIRE(series.size() == 1);
  return series.front().points;
}

bool promtool_accepts(const std::string& scrape, const std::filesystem::path& file) {
  std::ofstream(file) << scrape;
  return std::system(("promtool check metrics < " + file.string() + " >&2").c_str()) == 0;
}

// Where the counter fell: the first sample of the process that came after.
size_t first_of_second_process(const std::vector<std::pair<double, double>>& points) {
  for (size_t i = 1; i < points.size(); ++i) {
    if (points[i].second < points[i - 1].second) return i;
  }
  FAIL("the counter never began again");
  return 0;
}

TEST_CASE("the rates of a scraped run are those of its record") {
  const ScrapedRun run;
  const PrometheusStack stack(run.port());
  const std::unique_ptr<Service> training = run.start(1000000);
  const bool scraped =
      wait_until([&] { return stack.value("assay_steps_total > 200").has_value(); });
  INFO(training->log() << stack.logs());
  REQUIRE(scraped);
  const std::string scrape =
      http_request("http://127.0.0.1:" + std::to_string(run.port()) + "/metrics").body;
  std::this_thread::sleep_for(std::chrono::seconds(12));
  const TemporaryFolder folder;
  const std::vector<PromSeries> rates = stack.query("rate(assay_tokens_total[10s])");
  const auto points = stack.query("assay_tokens_total[10s]").at(0).points;
  const auto busy =
      stack.query("assay_phase_device_seconds_total{phase=\"backward\"}[10s]").at(0).points;
  training->signal(SIGTERM);
  CHECK(training->wait() == 75);
  CHECK(promtool_accepts(scrape, folder / "scrape.prom"));
  CHECK(std::ranges::count(scrape, '\n') < 900);  // 300 series with two lines of comment each

  const std::vector<StepLine> lines = step_lines(run.folder());
  const double begin = points.front().first;
  const double end = points.back().first;
  const double tokens = sum_between(lines, begin, end, [](const auto& l) { return l.tokens; });
  INFO("tokens of the record between two scrapes " << end - begin << " s apart: " << tokens);
  CHECK(points.size() >= 18);
  CHECK(points.back().second - points.front().second == Approx(tokens).epsilon(0.01));
  REQUIRE(rates.size() == 1);
  INFO("rate by Prometheus and by the record: " << rates[0].points[0].second << " "
                                                << tokens / (end - begin));
  WARN("tokens/s by Prometheus " << rates[0].points[0].second << ", by the record "
                                 << tokens / (end - begin));
  CHECK(rates[0].points[0].second == Approx(tokens / (end - begin)).epsilon(0.01));
  CHECK(busy.back().second > busy.front().second);
  for (size_t i = 1; i < points.size(); ++i) CHECK(points[i].second >= points[i - 1].second);
}

TEST_CASE("a killed run raises an alert, and its resume counts no step twice") {
  const ScrapedRun run;
  const PrometheusStack stack(run.port());
  std::unique_ptr<Service> training = run.start(1000000);
  REQUIRE(wait_until([&] { return stack.value("assay_checkpoints_total > 1").has_value(); }));
  training->signal(SIGKILL);
  CHECK(training->wait() == 128 + SIGKILL);

  const auto fires = [&] { return std::ranges::count(stack.firing(), "AssayTargetDown") == 1; };
  CHECK(wait_until(fires));
  const auto told = [&] {
    const std::string alerts = http_request(stack.alertmanager() + "/api/v2/alerts").body;
    return alerts.find("docs/runbooks/assay-target-down.md") != std::string::npos &&
           alerts.find("\"severity\":\"page\"") != std::string::npos;
  };
  CHECK(wait_until(told));

  training = run.start(1000000);
  REQUIRE(wait_until([&] {
    return stack.value("assay_steps_total > 200").has_value() &&
           stack.value("up{job=\"assay\"} == 1").has_value();
  }));
  std::this_thread::sleep_for(std::chrono::seconds(3));
  CHECK(wait_until([&] { return !fires(); }));
  const auto points = samples(stack, "assay_tokens_total");
  CHECK(stack.value("resets(assay_tokens_total[10m])") == 1);
  training->signal(SIGTERM);
  CHECK(training->wait() == 75);

  const std::vector<StepLine> lines = step_lines(run.folder());
  const size_t second = first_of_second_process(points);
  const double counted = points[second - 1].second + points.back().second;
  const double recorded =
      sum_between(lines, 0, points[second - 1].first, [](const auto& l) { return l.tokens; }) +
      sum_between(lines, points[second - 1].first, points.back().first,
                  [](const auto& l) { return l.attempt == 1 ? l.tokens : 0; });
  INFO("tokens counted " << counted << ", recorded up to the same scrapes " << recorded);
  CHECK(counted == Approx(recorded).epsilon(0.01));
}

}  // namespace
}  // namespace assay
