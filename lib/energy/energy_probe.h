#pragma once

#include <memory>
#include <vector>

#include "energy/meter_clock.h"
#include "energy/power_source.h"
#include "record/run_manifest.h"

namespace assay {

/// Reads every source over and over for `time` while nothing runs and tells, for each measured
/// series, the tick of its counter (the median time between two changes), the cost of a reading and
/// the power drawn meanwhile. Replayed and assumed series are not probed. A series that changed
/// fewer than three times has neither tick nor power: it ticks more slowly than was waited for.
/// Readings are a millisecond apart, so a tick is known to a millisecond.
std::vector<EnergyProbe> probe_energy(const std::vector<std::unique_ptr<PowerSource>>& sources,
                                      Seconds time, MeterClock& clock);

}  // namespace assay
