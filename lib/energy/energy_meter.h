#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "energy/energy_trace.h"
#include "energy/meter_clock.h"
#include "energy/power_source.h"
#include "energy/tick_log.h"

namespace assay {

/// How often the meter reads and how much of it is recorded.
struct EnergyMeterOptions {
  Seconds poll_period{0.05};   ///< at most half a counter's tick (about 100 ms on NVIDIA GPUs)
  Seconds record_period{1.0};  ///< take_samples() thins a series to this
  Seconds lost_after{5.0};     ///< a series that gives nothing for so long is not available
  bool keep_ticks = false;     ///< for take_ticks()
};

/// A fault of telemetry, told once per text however often it comes.
struct EnergyFault {
  std::string text;
  int64_t count = 0;
};

/// A series that gives no readings any more, or gives them again.
struct EnergyAvailability {
  EnergySeries series;
  bool available = false;
  double since_unix_s = 0;  ///< of the last reading before, or the first one again
  std::string why;          ///< what the last failed reading said; empty where it is available
};

/// Reads all power sources on a thread of its own, at a fixed period, from construction to stop().
/// It never throws into training: what fails is counted and can be asked for.
///
/// Thread rule: any thread may call the const functions and take_samples(); samples are handed out
/// by take_samples() so that the caller's thread can pass them on to a StepSink in order.
class EnergyMeter {
 public:
  EnergyMeter(std::vector<std::unique_ptr<PowerSource>> sources, EnergyMeterOptions options,
              std::unique_ptr<MeterClock> clock = std::make_unique<SystemMeterClock>());
  ~EnergyMeter();
  EnergyMeter(EnergyMeter&&) = delete;
  EnergyMeter& operator=(EnergyMeter&&) = delete;

  /// Takes a last reading and ends the thread. Further calls do nothing.
  void stop();

  /// Samples since the last call, in order of time: the first and the last of every series and at
  /// most one per record period between them.
  [[nodiscard]] std::vector<EnergySample> take_samples();

  /// Ticks of a series since the last call; none unless the options ask for them.
  [[nodiscard]] std::vector<EnergyTick> take_ticks(const EnergySeries& series);

  /// Series that were lost or came back since the last call, in that order.
  [[nodiscard]] std::vector<EnergyAvailability> take_changes();

  /// The cumulative joules of a series at a time, interpolated between the ticks of its counter;
  /// nothing where that time is too old or no tick has come since.
  [[nodiscard]] std::optional<Joules> at(const std::string& source, const std::string& device_uuid,
                                         double time_unix_s) const;

  [[nodiscard]] const std::vector<EnergySeries>& series() const { return series_; }
  /// Readings that failed and counters that began again, with the number of times.
  [[nodiscard]] std::vector<EnergyFault> faults() const;
  [[nodiscard]] int64_t num_faults() const;
  [[nodiscard]] int64_t num_polls() const;
  /// CPU time that the meter's thread has used.
  [[nodiscard]] Seconds cpu_time() const;
  [[nodiscard]] MeterClock& clock() { return *clock_; }

 private:
  struct State {
    EnergyTrace trace;
    std::optional<double> recorded_unix_s;
    std::optional<EnergySample> latest;  ///< read, but not recorded yet
    TickLog ticks;
    double heard_unix_s = 0;  ///< when it gave its last reading
    bool lost = false;
  };
  using Key = std::pair<std::string, std::string>;  ///< source, device

  void run() noexcept;
  void poll() noexcept;
  void keep(EnergySample sample);
  /// Tells what is lost and what is back; `failures` are those of the present poll.
  void note_availability(const PowerSource& source, double now_unix_s,
                         const std::vector<std::string>& failures);
  void count_fault(const std::string& text);

  std::vector<std::unique_ptr<PowerSource>> sources_;
  std::vector<EnergySeries> series_;
  EnergyMeterOptions options_;
  std::unique_ptr<MeterClock> clock_;

  mutable std::mutex mutex_;  ///< guards everything below
  std::map<Key, State> states_;
  std::vector<EnergySample> samples_;
  std::map<std::string, int64_t> faults_;
  std::vector<EnergyAvailability> changes_;
  int64_t num_polls_ = 0;
  Seconds cpu_time_;

  std::thread thread_;  ///< last: it uses all of the above
};

}  // namespace assay
