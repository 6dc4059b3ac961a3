#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "app/cli/progress_display.h"
#include "app/torch_support/phase_attribution.h"
#include "app/torch_support/run_inputs.h"
#include "app/torch_support/sink_list.h"
#include "cost/budget_watch.h"
#include "energy/energy_meter.h"
#include "energy/gpu_health_monitor.h"
#include "metrics/metrics_registry.h"
#include "metrics/metrics_server.h"
#include "metrics/metrics_sink.h"
#include "metrics/pushgateway.h"
#include "profile/trace_writer.h"
#include "record/run_clock.h"
#include "record/run_writer.h"
#include "registry/registry.h"

namespace assay::app {

/// Where the items of a run go: run directory, metrics, terminal; and the meter whose samples go
/// there too. Used by the training thread.
class RunOutputs {
 public:
  struct Parts {
    const RunConfig& config;
    const RunManifest& manifest;
    const RunInputs& inputs;
    const Device* registered = nullptr;  ///< the device in the registry, or null
    PowerSources power;
    std::filesystem::path run_dir;
    bool continues_run = false;
    RunClock clock{};
    int64_t local_rank = 0;
    ProgressStyle progress = ProgressStyle::kAuto;
  };

  /// Opens the run directory and the endpoint and starts the meter. Throws: ConfigError where the
  /// address is taken; DataError where the folder holds another run; StorageError.
  explicit RunOutputs(Parts parts);

  [[nodiscard]] StepSink& sink() { return sinks_; }
  /// Passes on energy samples. Throws: StorageError where the records cannot be written.
  void poll();
  /// Joules of this process so far, as the cost of the run counts them; nothing where none is
  /// measured.
  [[nodiscard]] std::optional<Joules> energy() const;
  void warn(const std::string& message);
  /// True once the budget is spent and the config wants the run to end there.
  [[nodiscard]] bool must_stop() const;
  /// Takes a step's times for the shares of its phases in the energy, and for the trace where one
  /// was asked for.
  void trace(int64_t step, const StepTimeline& timeline);
  /// Ends the trace with the fit of the device's clock.
  void finish_trace(const ClockLine& clock);
  /// Lets the last metrics be scraped; ends early where `stop` says so.
  void linger(const std::function<bool()>& stop) const;
  /// Writes the event "stop" and the last samples. Never throws: it runs while errors are on their
  /// way.
  void stop(int64_t step, const std::string& reason) noexcept;

  /// The endpoint's address, or empty.
  [[nodiscard]] std::string metrics_url() const;
  [[nodiscard]] const std::filesystem::path& run_dir() const { return writer_->dir(); }

 private:
  /// The totals that outlive the process: textfile and Pushgateway.
  void publish_totals();
  /// Tells where the host's clock was set while the run goes on.
  void watch_host_clock();
  void keep_edges(const EnergySample& sample);
  void poll_meter();
  void tell(const EnergyAvailability& change);

  const RunManifest& manifest_;
  RunClock clock_;
  double host_ahead_told_s_ = 0;
  std::unique_ptr<RunWriter> writer_;
  std::string textfile_;
  std::optional<PushgatewayAddress> pushgateway_;
  Seconds linger_;
  MetricsRegistry metrics_;
  std::unique_ptr<MetricsSink> metrics_sink_;
  std::unique_ptr<MetricsServer> server_;
  ProgressDisplay display_;
  SinkList sinks_;
  std::unique_ptr<TraceWriter> trace_;
  std::optional<BudgetWatch> budget_;
  bool stops_at_budget_ = false;
  std::unique_ptr<EnergyMeter> meter_;
  std::optional<PhaseAttribution> attribution_;  ///< where the meter reads
  std::unique_ptr<GpuHealthMonitor> health_;
  int64_t faults_told_ = 0;
  Seconds sampler_told_;
  /// First and last sample of each series of this process.
  std::map<std::pair<std::string, std::string>, std::pair<EnergySample, EnergySample>> edges_;
};

}  // namespace assay::app
