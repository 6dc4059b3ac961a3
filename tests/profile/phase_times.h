#pragma once

#include <numeric>

#include "record/step_record.h"

namespace assay::testing {

inline double phase_time(const StepProfile& profile, Phase phase) {
  return profile.phases[static_cast<size_t>(phase)].value();
}

inline double sum_of_phases(const StepProfile& profile) {
  return std::accumulate(profile.phases.begin(), profile.phases.end(), Seconds()).value();
}

}  // namespace assay::testing
