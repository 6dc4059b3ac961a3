#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "energy/energy_meter.h"
#include "energy/gpu_health.h"
#include "metrics/metrics_registry.h"

namespace assay {

/// The metrics of energy and of the health of GPUs. Used by one thread.
class EnergyMetrics {
 public:
  /// `series` are all that the run reads.
  EnergyMetrics(MetricsRegistry& registry, std::vector<EnergySeries> series);

  void show(const EnergySample& sample);
  /// A series was lost or came back: its joules stand still, its power is not known any more.
  void show_change(const EnergyAvailability& change) noexcept;
  /// What GPUs say about themselves now. Counters add what came since the first call.
  void show_health(const std::vector<GpuHealth>& gpus) noexcept;

 private:
  using Key = std::pair<std::string, std::string>;

  void show_source(std::string_view source);
  /// Adds to a counter what a cumulative value of the driver grew by since it was first seen.
  void add_growth(Metric metric, const std::string& device, std::string_view what, double value);
  [[nodiscard]] bool is_check(const EnergySeries& series) const;

  MetricsRegistry& registry_;
  std::vector<EnergySeries> series_;
  std::set<Key> lost_;                 ///< source and device
  std::map<Key, Joules> last_energy_;  ///< by source and device
  std::map<Key, double> last_health_;  ///< by device and label
};

}  // namespace assay
