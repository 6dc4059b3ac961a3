// What scraping costs, and what it does to a thread that trains. Figures are printed; only the
// promise of an answer within two seconds is checked, because it holds on any machine that is not
// lost.
#include <sys/resource.h>
#include <time.h>
#include <catch2/catch.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "formats/file_descriptor.h"
#include "metrics/http_get.h"
#include "metrics/metrics_server.h"

namespace assay {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

double cpu_seconds(int who) {
  rusage usage{};
  ::getrusage(who, &usage);
  const auto of = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
  };
  return of(usage.ru_utime) + of(usage.ru_stime);
}

// As many series as a rank may have: a mixture of experts of 48 layers on eight devices.
void fill(MetricsRegistry& registry) {
  for (int layer = 0; layer < 48; ++layer) {
    registry.set(Metric::kMoeLoadMax, {std::to_string(layer)}, 1.5);
    registry.set(Metric::kMoeLoadMin, {std::to_string(layer)}, 0.5);
  }
  for (int device = 0; device < 8; ++device) {
    const std::string uuid = "GPU-0000000000000000000000000000000" + std::to_string(device);
    for (const char* reason : {"power", "thermal", "board_limit", "reliability"}) {
      registry.add(Metric::kGpuThrottled, {uuid, reason}, 1);
    }
    registry.add(Metric::kEnergy, {"nvml_counter", uuid, "measured"}, 1e9);
    registry.add(Metric::kEnergyCheck, {"nvml_power_integral", uuid, "derived"}, 1e9);
    registry.set(Metric::kPower, {"nvml_counter", uuid}, 700);
  }
  for (const char* state : {"startup", "productive", "eval", "checkpoint", "lost", "idle"}) {
    registry.add(Metric::kDeviceSeconds, {state}, 1);
    registry.add(Metric::kGpuSeconds, {state}, 1);
    registry.add(Metric::kPhaseDeviceSeconds, {state}, 1);
    registry.add(Metric::kPhaseGpuSeconds, {state}, 1);
  }
  registry.observe(Metric::kStepDuration, {}, 0.35);
  registry.observe(Metric::kCheckpointDuration, {}, 12);
}

TEST_CASE("a scrape of a full registry") {
  MetricsRegistry registry;
  fill(registry);
  const uint16_t port = free_port();
  const MetricsServer server(registry, {"127.0.0.1", port});
  const std::string answer = http_get_metrics(port);
  const auto lines = std::ranges::count(answer, '\n');
  constexpr int kScrapes = 200;
  const double before = cpu_seconds(RUSAGE_SELF);
  for (int i = 0; i < kScrapes; ++i) static_cast<void>(http_get_metrics(port));
  const double each_ms = 1e3 * (cpu_seconds(RUSAGE_SELF) - before) / kScrapes;
  WARN("CPU of a scrape, client included: " << each_ms << " ms (" << lines << " lines, "
                                            << answer.size() << " bytes)");
  CHECK(answer.find("200 OK") != std::string::npos);
}

// Takes thread CPU for a fixed piece of work, again and again: what a step would take.
class Worker {
 public:
  Worker() : thread_([this](const std::stop_token& stop) { work(stop); }) {}
  [[nodiscard]] std::vector<double> take() {
    thread_.request_stop();
    thread_.join();
    return cpu_ms_;
  }

 private:
  void work(const std::stop_token& stop) {
    volatile double sum = 0;
    while (!stop.stop_requested()) {
      timespec begin{};
      timespec end{};
      ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &begin);
      for (int i = 0; i < 5'000'000; ++i) sum = sum + 1.0 / (1.0 + i);
      ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &end);
      cpu_ms_.push_back(1e3 * static_cast<double>(end.tv_sec - begin.tv_sec) +
                        1e-6 * static_cast<double>(end.tv_nsec - begin.tv_nsec));
    }
  }

  std::vector<double> cpu_ms_;
  std::jthread thread_;
};

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values.at(values.size() / 2);
}

// Fifty scrapers at once beside a hundred connections that say nothing: the slowest answer.
double slowest_of_fifty(uint16_t port, std::atomic<int>& answered) {
  std::vector<FileDescriptor> idle;
  idle.reserve(100);
  for (int i = 0; i < 100; ++i) idle.emplace_back(idle_connection(port));
  std::vector<double> seconds(50);
  std::vector<std::jthread> scrapers;
  scrapers.reserve(seconds.size());
  for (double& second : seconds) {
    scrapers.emplace_back([&second, &answered, port] {
      const auto start = Clock::now();
      if (http_get_metrics(port).find("200 OK") != std::string::npos) ++answered;
      second = seconds_since(start);
    });
  }
  scrapers.clear();
  return *std::ranges::max_element(seconds);
}

TEST_CASE("fifty scrapers and a hundred idle connections") {
  MetricsRegistry registry;
  fill(registry);
  const uint16_t port = free_port();
  const MetricsServer server(registry, {"127.0.0.1", port});
  Worker alone;
  std::this_thread::sleep_for(std::chrono::seconds(4));
  const double alone_ms = median(alone.take());
  Worker scraped;
  std::vector<double> slowest;
  slowest.reserve(4);
  std::atomic<int> answered = 0;
  for (int round = 0; round < 4; ++round) slowest.push_back(slowest_of_fifty(port, answered));
  const double scraped_ms = median(scraped.take());
  WARN("slowest scrape of each round: " << Catch::StringMaker<std::vector<double>>::convert(slowest)
                                        << " s; CPU of a piece of work: " << alone_ms
                                        << " ms alone, " << scraped_ms << " ms while scraped ("
                                        << 100 * (scraped_ms / alone_ms - 1) << " %)");
  CHECK(answered == 200);
  for (const double seconds : slowest) CHECK(seconds < 2);
}

}  // namespace
}  // namespace assay
