#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "metrics/catalogue.h"

namespace prometheus {
class Collectable;
}

namespace assay {

/// The values of a metric's labels, in the order of its row.
using LabelValues = std::initializer_list<std::string_view>;

/// All metrics of the catalogue. A series appears with its first update; what was never measured is
/// absent and not 0. Thread-safe. Updates never throw: prometheus-cpp would take NaN into a counter
/// for good and drop a negative increment in silence, so both are refused here and counted in
/// assay_refused_updates_total.
class MetricsRegistry {
 public:
  MetricsRegistry();
  ~MetricsRegistry();
  MetricsRegistry(MetricsRegistry&&) = delete;
  MetricsRegistry& operator=(MetricsRegistry&&) = delete;

  /// Adds to a counter; 0 makes its series appear.
  void add(Metric metric, LabelValues labels, double increment) noexcept;
  /// Sets a gauge.
  void set(Metric metric, LabelValues labels, double value) noexcept;
  /// Takes a gauge's series away: what it showed is not known any more.
  void remove(Metric metric, LabelValues labels) noexcept;
  /// Adds an observation to a histogram.
  void observe(Metric metric, LabelValues labels, double value) noexcept;

  /// All series in Prometheus's text format.
  [[nodiscard]] std::string text() const;
  /// Writes text() durably to a file, for node_exporter's textfile collector (*.prom).
  /// Throws: StorageError.
  void write_textfile(const std::filesystem::path& path) const;

  /// For the exposer.
  [[nodiscard]] std::shared_ptr<prometheus::Collectable> collectable() const;

 private:
  struct Families;
  void refuse(Metric metric) noexcept;

  std::unique_ptr<Families> families_;
};

}  // namespace assay
