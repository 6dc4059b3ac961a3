#pragma once

#include <vector>

#include "energy/energy_meter.h"
#include "energy/phase_power_fitter.h"
#include "profile/step_timeline.h"
#include "record/run_manifest.h"

namespace assay::app {

/// Which joules go to which phase: brings the ticks of the run's counters and the times of its
/// phases together, and says in the end for each counter whether powers could be fitted.
class PhaseAttribution {
 public:
  /// `series` are those that the run reads; assumed and integrated ones have no ticks and are left
  /// out. `probes` tell tick, idle power and limit.
  PhaseAttribution(const std::vector<EnergySeries>& series, const std::vector<EnergyProbe>& probes);

  void add(const StepTimeline& timeline);
  void take_ticks(EnergyMeter& meter);
  /// One event "phase_power" for each counter.
  [[nodiscard]] std::vector<RunEvent> events(double time_unix_s, int64_t step) const;

 private:
  struct Counter {
    EnergySeries series;
    PhasePowerFitter fitter;
  };
  std::vector<Counter> counters_;
};

}  // namespace assay::app
