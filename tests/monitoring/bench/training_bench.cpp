// What scraping does to a thread that trains: its CPU time a step in a real run, in pairs of
// blocks with and without scrapers. Printed with its 95 % interval; nothing is checked of it,
// because on a machine that others use the interval says how little is known.
#include <signal.h>
#include <unistd.h>
#include <catch2/catch.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <fstream>
#include <random>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "app/torch/small_run.h"
#include "metrics/http_get.h"
#include "monitoring/service.h"
#include "scrape_round.h"

namespace assay {
namespace {

constexpr int kPairs = 30;
constexpr double kBlockSeconds = 3;

// A model whose steps take some milliseconds; the whole of a step is on the program's first thread.
std::vector<std::string> training_command(const SmallRun& run, uint16_t port) {
  std::vector<std::string> command{ASSAY_TRAINING_PROGRAM};
  for (const std::string& argument :
       run.train("run", {"--progress", "none", "--set", "train.steps=1000000", "--set",
                         "model.d_model=128", "--set", "model.d_ff=512", "--set",
                         "checkpoint.every_steps=1000000", "--set",
                         "metrics.address=127.0.0.1:" + std::to_string(port)})) {
    command.push_back(argument);
  }
  return command;
}

// Nanoseconds that the process's first thread was on a CPU: proc(5), schedstat.
double cpu_seconds_of_thread(pid_t process) {
  const std::string id = std::to_string(process);
  std::ifstream stream("/proc/" + id + "/task/" + id + "/schedstat");
  double nanoseconds = 0;
  if (!(stream >> nanoseconds)) throw std::runtime_error("no schedstat of process " + id);
  return 1e-9 * nanoseconds;
}

// CPU seconds of a step, over the steps written in the block.
double cpu_seconds_of_step(const SmallRun& run, pid_t process) {
  const double cpu = cpu_seconds_of_thread(process);
  const size_t steps = run.num_step_lines("run");
  std::this_thread::sleep_for(std::chrono::duration<double>(kBlockSeconds));
  const double used = cpu_seconds_of_thread(process) - cpu;
  return used / static_cast<double>(run.num_step_lines("run") - steps);
}

struct ScrapedBlock {
  double cpu_s_of_step = 0;
  int rounds = 0;
  int answered = 0;
  double slowest_s = 0;
};

ScrapedBlock scraped_block(const SmallRun& run, pid_t process, uint16_t port) {
  ScrapedBlock block;
  std::jthread scrapers([&](const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      const ScrapeRound round = scrape_fifty_times(port);
      ++block.rounds;
      block.answered += round.answered;
      block.slowest_s = std::max(block.slowest_s, round.slowest_s);
    }
  });
  block.cpu_s_of_step = cpu_seconds_of_step(run, process);
  scrapers.request_stop();
  scrapers.join();
  return block;
}

// Mean and half of its 95 % interval.
std::pair<double, double> mean_of_pairs(const std::vector<double>& shares) {
  double mean = 0;
  for (const double share : shares) mean += share / kPairs;
  double squares = 0;
  for (const double share : shares) squares += std::pow(share - mean, 2);
  constexpr double kStudent = 2.045;  // 29 degrees of freedom
  static_assert(kPairs == 30);
  return {mean, kStudent * std::sqrt(squares / (kPairs - 1) / kPairs)};
}

TEST_CASE("CPU time of a training step with and without fifty scrapers") {
  const SmallRun run;
  const uint16_t port = free_port();
  Service training(training_command(run, port), run.folder() / "log");
  const bool trains =
      wait_until([&] { return run.num_step_lines("run") > 200 || !training.running(); });
  INFO(training.log());
  REQUIRE(trains);
  REQUIRE(training.running());
  std::mt19937 random(1);
  std::vector<double> shares;
  std::vector<double> plain_steps;
  int scrapes = 0;
  double slowest_s = 0;
  for (int pair = 0; pair < kPairs; ++pair) {
    const bool scraped_first = random() % 2 == 0;
    ScrapedBlock scraped;
    if (scraped_first) scraped = scraped_block(run, training.pid(), port);
    plain_steps.push_back(cpu_seconds_of_step(run, training.pid()));
    if (!scraped_first) scraped = scraped_block(run, training.pid(), port);
    shares.push_back(scraped.cpu_s_of_step / plain_steps.back() - 1);
    CHECK(scraped.answered == 50 * scraped.rounds);
    scrapes += scraped.answered;
    slowest_s = std::max(slowest_s, scraped.slowest_s);
  }
  training.signal(SIGTERM);
  CHECK(training.wait() == 75);
  const auto [mean, half] = mean_of_pairs(shares);
  std::ranges::sort(plain_steps);
  WARN("CPU time of a step of the training thread, "
       << 1e3 * plain_steps[kPairs / 2] << " ms: " << 100 * mean
       << " % more while scraped (95 %: " << 100 * (mean - half) << " to " << 100 * (mean + half)
       << " %, " << kPairs << " pairs of blocks of " << kBlockSeconds << " s, " << scrapes
       << " scrapes, the slowest " << slowest_s << " s)");
  CHECK(slowest_s < 2);
}

}  // namespace
}  // namespace assay
