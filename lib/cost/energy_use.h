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
  std::optional<Joules> per_token;       ///< total / tokens of the steps that count
  /// The total shared out to the phases of all steps by their time, as if the power were always the
  /// same ("time_share"); evaluation, checkpoints and waiting have the rest. In the order of
  /// kPhases.
  std::optional<std::array<Joules, kPhases.size()>> by_phase;
  std::vector<std::string> unavailable;  ///< why a source is missing and how to enable it
};

/// Adds up cumulative joules: last minus first sample per process of the run, device and source.
/// Energy between two processes is left out. One source counts per device (the counter before the
/// power integral before an assumed figure); RAPL zones inside another zone never count.
EnergyUse energy_use(const RunRecord& record);

}  // namespace assay
