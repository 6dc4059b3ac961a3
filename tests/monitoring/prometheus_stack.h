#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "formats/temporary_folder.h"
#include "monitoring/service.h"

namespace assay {

/// One series of an answer of Prometheus.
struct PromSeries {
  std::map<std::string, std::string> labels;
  std::vector<std::pair<double, double>> points;  ///< time in seconds since 1970, value
};

/// Debian's Prometheus, Alertmanager and Pushgateway on free ports of 127.0.0.1, with the rules of
/// configs/prometheus (each `for` cut to a second, so that a test need not wait) and the job
/// "assay" that scrapes `target_port` twice a second. They end with this object.
class PrometheusStack {
 public:
  explicit PrometheusStack(uint16_t target_port);

  /// The answer to an instant query, now or at a time. Throws: std::runtime_error with
  /// Prometheus's words where the query is wrong.
  [[nodiscard]] std::vector<PromSeries> query(const std::string& expression,
                                              std::optional<double> time_unix_s = {}) const;
  /// The one value of a query; nothing where it has no or several series.
  [[nodiscard]] std::optional<double> value(const std::string& expression) const;
  /// Names of the alerts that fire, as Prometheus sees them.
  [[nodiscard]] std::vector<std::string> firing() const;

  [[nodiscard]] std::string alertmanager() const { return url(alertmanager_port_); }
  [[nodiscard]] std::string pushgateway() const { return url(pushgateway_port_); }
  [[nodiscard]] std::string logs() const;

 private:
  static std::string url(uint16_t port);
  void write_config(uint16_t target_port) const;

  TemporaryFolder folder_;
  uint16_t prometheus_port_;
  uint16_t alertmanager_port_;
  uint16_t pushgateway_port_;
  std::unique_ptr<Service> pushgateway_;
  std::unique_ptr<Service> alertmanager_;
  std::unique_ptr<Service> prometheus_;
};

}  // namespace assay
