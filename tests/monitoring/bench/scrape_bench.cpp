// What scraping costs. Figures are printed; only the promise of an answer within two seconds is
// checked, because it holds on any machine that is not lost.
#include <sys/resource.h>
#include <catch2/catch.hpp>

#include <algorithm>
#include <string>
#include <vector>

#include "metrics/http_get.h"
#include "metrics/metrics_server.h"
#include "scrape_round.h"

namespace assay {
namespace {

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

TEST_CASE("fifty scrapers and a hundred idle connections") {
  MetricsRegistry registry;
  fill(registry);
  const uint16_t port = free_port();
  const MetricsServer server(registry, {"127.0.0.1", port});
  std::vector<double> slowest;
  int answered = 0;
  for (int round = 0; round < 4; ++round) {
    const ScrapeRound done = scrape_fifty_times(port);
    slowest.push_back(done.slowest_s);
    answered += done.answered;
  }
  WARN("slowest scrape of each round: " << Catch::StringMaker<std::vector<double>>::convert(slowest)
                                        << " s");
  CHECK(answered == 200);
  for (const double seconds : slowest) CHECK(seconds < 2);
}

}  // namespace
}  // namespace assay
