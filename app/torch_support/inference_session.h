#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/torch_support/loaded_model.h"
#include "app/torch_support/metering_config.h"
#include "app/torch_support/sink_list.h"
#include "energy/energy_meter.h"
#include "metrics/metrics_registry.h"
#include "metrics/metrics_server.h"
#include "metrics/metrics_sink.h"
#include "record/run_clock.h"
#include "record/run_record.h"
#include "record/run_writer.h"
#include "registry/registry.h"

namespace assay::app {

/// Where the figures of generation go: run directory, metrics, and what is printed at the end.
/// Energy is metered from construction on where there is a source.
class InferenceSession {
 public:
  /// Throws: ConfigError where the address is taken; DataError where the folder holds a run or a
  /// replay file cannot be read; StorageError.
  InferenceSession(const MeteringOptions& options, const LoadedModel& loaded);
  ~InferenceSession();
  InferenceSession(InferenceSession&&) = delete;
  InferenceSession& operator=(InferenceSession&&) = delete;

  /// Takes a batch and passes on those whose energy is known by now (a meter ticks), in order.
  /// Throws: StorageError.
  void add(InferenceRecord batch);
  /// Waits for the energy of the batches that are left and passes them on. Throws: StorageError.
  void settle();
  /// Lets the last metrics be scraped and closes the record. Throws: StorageError.
  void finish(const std::string& reason);

  /// All that was passed on, as the record would be read back, but for samples of energy.
  [[nodiscard]] const RunRecord& record() const { return record_; }
  /// The time of the record; batches must be dated by it.
  [[nodiscard]] const RunClock& clock() const { return clock_; }
  [[nodiscard]] std::string metrics_url() const;
  /// What a reader must know of the price that was named.
  [[nodiscard]] const std::vector<std::string>& warnings() const { return warnings_; }
  /// Why energy is not measured; empty where it is.
  [[nodiscard]] const std::vector<std::string>& no_energy() const {
    return record_.manifest().energy_unavailable;
  }

 private:
  void start_outputs();
  /// Joules between two times, as the cost of a run counts them.
  [[nodiscard]] std::optional<Joules> energy_between(double begin_unix_s, double end_unix_s) const;
  /// Passes on the first batch that waits; false where its energy may still become known.
  bool pass_on_first();
  void take_samples();

  MeteringOptions options_;
  RunClock clock_;
  RunRecord record_;
  MetricsRegistry metrics_;
  std::unique_ptr<MetricsSink> metrics_sink_;
  std::unique_ptr<MetricsServer> server_;
  std::unique_ptr<RunWriter> writer_;
  SinkList sinks_;
  std::vector<std::string> warnings_;
  std::unique_ptr<EnergyMeter> meter_;
  std::deque<InferenceRecord> waiting_;  ///< batches whose energy is not known yet
  bool finished_ = false;
};

/// What the manifest of a process that runs a model without training it says; `sheet` is the price
/// of the registry that the options name.
RunManifest inference_manifest(const MeteringOptions& options, const LoadedModel& loaded);

}  // namespace assay::app
