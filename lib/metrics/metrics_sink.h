#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "energy/power_source.h"
#include "metrics/energy_metrics.h"
#include "metrics/metrics_registry.h"
#include "record/rent_meter.h"
#include "record/run_manifest.h"
#include "record/step_record.h"
#include "units/money.h"
#include "units/quantity.h"

namespace assay {

/// What a utilisation is measured against: "bf16_dense" or "measured_ceiling".
struct MetricsPeak {
  std::string name;
  FlopsPerSecond per_device;
};

/// What the metrics of a run need beside its manifest and items.
struct MetricsFacts {
  std::string version;
  std::string commit;
  std::vector<EnergySeries> energy_series;
  std::map<std::string, Flops> flops_per_token;  ///< forward and backward, by convention
  std::optional<MetricsPeak> peak;               ///< absent: no utilisation is shown
  std::optional<Money> price_per_device_hour;    ///< absent: no cost is shown
  double rent_before = 0;       ///< of earlier processes of the run, in the price's currency
  std::optional<Money> budget;  ///< of the run
  /// The process before this one was killed: the time to be back is lost time.
  bool startup_is_lost = false;
};

/// Turns what a run produces into metrics. Counters hold this process only. Time held that no item
/// accounts for is `idle`; steps that a later process throws away cannot be known here and stay
/// productive (run records know). Like every StepSink it is called from one thread.
class MetricsSink : public StepSink {
 public:
  MetricsSink(MetricsRegistry& registry, const RunManifest& manifest, MetricsFacts facts);

  void consume(const RunItem& item) noexcept override;
  /// Readings of energy that failed since the last call.
  void add_energy_faults(int64_t count) noexcept;
  /// CPU time of the energy sampler's thread since the last call.
  void add_sampler_time(Seconds time) noexcept;
  /// By how much the host's clock, which a scraper's is like, is ahead of the items' times; for the
  /// metrics that are moments.
  void set_host_ahead(double seconds) noexcept { host_ahead_s_ = seconds; }
  /// Energy and health of devices, beside the samples that come as items.
  [[nodiscard]] EnergyMetrics& energy() { return energy_; }

 private:
  void show_run(const RunManifest& manifest);
  void consume_item(const StepRecord& step);
  void consume_item(const EnergySample& sample);
  void consume_item(const RunEvent& event);
  void consume_item(const InferenceRecord& batch);
  void show_inference(std::string_view phase, Tokens tokens, Seconds wall);
  void show_step(const StepRecord& step);
  void show_rent(const StepRecord& step);
  void add_phases(const StepProfile& profile);
  /// Adds wall time of one state on all devices.
  void add_time(RunState state, Seconds wall);
  /// What passed until `time_unix_s` and belongs to no state so far is idle.
  void add_idle_until(double time_unix_s);

  MetricsRegistry& registry_;
  MetricsFacts facts_;
  double num_devices_;
  bool on_gpu_;
  double started_unix_s_;
  double host_ahead_s_ = 0;
  Seconds accounted_;
  EnergyMetrics energy_;
  std::optional<RentMeter> rent_;
};

}  // namespace assay
