#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <variant>
#include <vector>

#include "energy/phase_power.h"
#include "energy/tick_log.h"
#include "record/phase_power_fit.h"

namespace assay {

/// Gathers, while a run goes on, what the fit of phase powers wants from one counter: how long each
/// phase lasted between two of its ticks. In the end it fits, or says why the joules are shared out
/// by time instead. Memory is bounded: the first kMostIntervals count. One thread.
class PhasePowerFitter {
 public:
  static constexpr size_t kMostIntervals = 20'000;

  /// `limits.step` is not read: the mean of the steps added is taken.
  PhasePowerFitter(std::string source, std::string device_uuid, PowerLimits limits);

  /// Adds a stretch of phase kPhases[part] on the host's clock. Stretches come in order of time.
  void add_phase(size_t part, double begin_unix_s, double end_unix_s);
  /// All stretches of a step were added.
  void step_ended(Seconds wall);
  void add_ticks(const std::vector<EnergyTick>& ticks);

  /// Fits what was gathered. Refused, and so shared out by time, where the counter's tick is not
  /// known; where steps keep time with it; where its ticks are seen later than a fifteenth of the
  /// shortest phase (2 ms of 30 ms already shift that phase's power by 5 %); and for the reasons of
  /// fit_phase_powers(). Phases below 1 % of a step are taken together with the longest one.
  [[nodiscard]] PhasePowerFit fit() const;

 private:
  struct Stretch {
    size_t part;
    double begin_unix_s;
    double end_unix_s;
  };

  void close_intervals();
  void add_interval(const EnergyTick& from, const EnergyTick& to);
  [[nodiscard]] std::variant<PhasePowers, std::string> fitted() const;

  std::string source_;
  std::string device_uuid_;
  PowerLimits limits_;
  std::deque<Stretch> stretches_;
  std::deque<EnergyTick> ticks_;
  double seen_until_unix_s_ = 0;  ///< the end of the last step
  Seconds steps_wall_;
  int64_t num_steps_ = 0;
  Seconds late_;  ///< how late ticks may have been seen, sum over the intervals
  std::vector<PowerInterval> intervals_;
};

}  // namespace assay
