#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "record/run_record.h"
#include "units/quantity.h"
#include "units/sourced.h"

namespace assay {

/// What one energy source on one device counted during a run.
struct EnergyLine {
  std::string node;
  std::string device_uuid;  ///< GPU UUID or RAPL zone
  std::string source;       ///< "nvml_counter", "rapl" ...
  std::string component;    ///< what it covers: "gpu_board", "cpu_package", "dram", "platform"
  Provenance provenance = Provenance::kAssumed;
  Joules energy;
  Seconds covered;  ///< from first to last sample, per process, summed
  int64_t num_samples = 0;
  int64_t num_resets = 0;  ///< times the cumulative value went down; what was used then is unknown
  bool counted = false;    ///< part of the total
  std::string why_not;     ///< where it is not: "subset of package-0"
  std::optional<double> ratio_to_check;        ///< counter over power integral, of the same device
  std::optional<double> relative_uncertainty;  ///< energy_interval.h; absent where it is assumed
};

/// The energy of a run. Without any source `total` is absent: never 0.
struct EnergyUse {
  std::vector<EnergyLine> lines;
  std::optional<Sourced<Joules>> total;  ///< the counted lines; provenance of the weakest
  std::vector<std::string> components;   ///< what the total covers: its scope
  std::optional<Watts> mean_power;       ///< of the total over the time covered
  std::optional<Joules> per_token;       ///< total / tokens of the steps that count, while read
  /// The total shared out to the phases of all steps, in the order of kPhases; evaluation,
  /// checkpoints and waiting have the rest. By the powers fitted to a counter where the run's
  /// record has them, else by time, as if the power were always the same.
  std::optional<std::array<Joules, kPhases.size()>> by_phase;
  /// "fitted", "time_share", or "mixed" where some counters were fitted and others were not.
  std::string attribution;
  std::vector<std::string> not_fitted;   ///< why, for each counter without a fit
  std::optional<double> metered_share;   ///< part of the steps' time in which energy was read
  std::vector<std::string> unavailable;  ///< why a source is missing and how to enable it
};

/// Adds up cumulative joules: last minus first sample per process of the run, device and source.
/// Energy between two processes is left out. One source counts per device (the counter before the
/// power integral before an assumed figure); RAPL zones inside another zone never count.
EnergyUse energy_use(const RunRecord& record);

}  // namespace assay
