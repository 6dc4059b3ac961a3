#pragma once

#include <cstdint>
#include <memory>
#include <thread>

#include "energy/energy_meter.h"
#include "energy/gpu_health_monitor.h"
#include "formats/temporary_folder.h"
#include "metrics/metrics_server.h"
#include "metrics/metrics_sink.h"

namespace assay {

/// A run on one GPU that is not there, at http://127.0.0.1:port/metrics: steps of a mixture of
/// experts are told to the metrics as a trainer tells them, twenty a second, while the real NVML
/// path reads the library of tests/energy/fake_nvml (700 W, some throttling). It ends with this
/// object.
class MeteredRun {
 public:
  explicit MeteredRun(uint16_t port);
  ~MeteredRun();
  MeteredRun(const MeteredRun&) = delete;
  MeteredRun& operator=(const MeteredRun&) = delete;

 private:
  void write_script() const;
  void run(const std::stop_token& stop);
  void tell_step(int64_t number);
  void tell_batch();
  void tell_event(const char* kind, int64_t step, Seconds duration, std::optional<double> value);

  TemporaryFolder folder_;
  MetricsRegistry registry_;
  std::unique_ptr<EnergyMeter> meter_;
  std::unique_ptr<GpuHealthMonitor> health_;
  std::unique_ptr<MetricsSink> sink_;
  std::unique_ptr<MetricsServer> server_;
  std::jthread thread_;
};

}  // namespace assay
