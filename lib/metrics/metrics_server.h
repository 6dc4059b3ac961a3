#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "metrics/metrics_address.h"
#include "metrics/metrics_registry.h"
#include "metrics/scrape_password.h"
#include "units/quantity.h"

namespace prometheus {
class Exposer;
}

namespace assay {

/// Serves a registry at http://HOST:PORT/metrics on threads of its own, whatever training does.
/// Scraping only reads memory: no NVML or CUDA call is made for it. `registry` must outlive it.
///
/// In a process that links LibTorch with CUDA this needs app/torch_support/thread_stack.cpp.
class MetricsServer {
 public:
  /// Throws: ConfigError where the address cannot be listened on, with the reason.
  /// With a password every scrape must show it.
  MetricsServer(const MetricsRegistry& registry, MetricsAddress address,
                std::optional<ScrapePassword> password = std::nullopt);
  ~MetricsServer();
  MetricsServer(MetricsServer&&) = delete;
  MetricsServer& operator=(MetricsServer&&) = delete;

  [[nodiscard]] std::string url() const { return address_.url(); }
  /// Scrapes answered so far.
  [[nodiscard]] int64_t num_scrapes() const;
  /// Keeps the last values within reach: returns once they were scraped, after `limit`, or when
  /// `stop` says so (asked every few milliseconds). Returns at once where nobody ever scraped.
  void linger(Seconds limit, const std::function<bool()>& stop) const;

 private:
  class CountedRegistry;

  MetricsAddress address_;
  std::shared_ptr<CountedRegistry> collectable_;
  std::unique_ptr<prometheus::Exposer> exposer_;
};

}  // namespace assay
