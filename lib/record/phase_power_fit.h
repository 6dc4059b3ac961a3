#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "units/quantity.h"

namespace assay {

/// Mean power of one phase; `low` and `high` bound it at 90 %.
struct PartPower {
  std::string part;  ///< a phase, or "outside" for the time between steps
  Watts power;
  Watts low;
  Watts high;
};

/// How the joules of one counter go to the phases of the steps of a process.
struct PhasePowerFit {
  std::string source;
  std::string device_uuid;
  std::string method;             ///< "fitted", or "time_share": every phase draws the mean power
  std::string reason;             ///< why not fitted; empty where it is
  int64_t num_intervals = 0;      ///< between two ticks of the counter
  std::vector<PartPower> powers;  ///< of phases that came; empty for time_share
};

}  // namespace assay
