#include "scrape_round.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <thread>
#include <vector>

#include "formats/file_descriptor.h"
#include "metrics/http_get.h"

namespace assay {

ScrapeRound scrape_fifty_times(uint16_t port) {
  std::vector<FileDescriptor> idle;
  idle.reserve(100);
  for (int i = 0; i < 100; ++i) idle.emplace_back(idle_connection(port));
  std::atomic<int> answered = 0;
  std::vector<double> seconds(50);
  std::vector<std::jthread> scrapers;
  scrapers.reserve(seconds.size());
  for (double& second : seconds) {
    scrapers.emplace_back([&second, &answered, port] {
      const auto start = std::chrono::steady_clock::now();
      if (http_get_metrics(port).find("200 OK") != std::string::npos) ++answered;
      second = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    });
  }
  scrapers.clear();
  return {answered, *std::ranges::max_element(seconds)};
}

}  // namespace assay
