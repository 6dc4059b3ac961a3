#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "audit/output/language.h"
#include "record/run_record.h"
#include "units/sourced.h"

namespace assay::audit {

/// A number of several runs: their geometric mean, and a 90 % interval from their spread where
/// there are two or more.
struct SeedMean {
  double mean = 0;
  std::optional<Bounds<double>> interval;
};

/// Runs of one configuration that differ in their seed.
struct ComparedSetting {
  std::string name;  ///< model of the run's manifest
  std::vector<std::string> runs;
  std::vector<uint64_t> seeds;
  int64_t num_parameters = 0;
  SeedMean device_seconds;  ///< to the loss that is compared at
  SeedMean tokens;
  std::optional<double> money;  ///< device hours at the price of the runs' configs
};

/// What a setting takes over what the first one takes, at one loss.
struct SettingRatio {
  size_t setting = 0;
  double loss = 0;
  SeedMean device_seconds;  ///< a ratio; below 1 the setting is the cheaper one
  SeedMean tokens;
};

/// Own runs on like terms: what each setting takes to the same validation loss.
struct RunComparison {
  std::string device;  ///< "cpu AMD EPYC, 2 threads"
  std::string measured_on;
  std::string currency;  ///< of `money`; empty: the runs name no common price
  double loss = 0;       ///< nats per token: the lowest that every run comes to
  std::vector<ComparedSetting> settings;
  std::vector<SettingRatio> ratios;  ///< of the settings after the first, at `loss`
  std::vector<SettingRatio> others;  ///< the same at higher losses, highest first
  std::vector<std::string> notes;    ///< what a reader must know: other binaries, one seed
};

/// Compares runs by what they take to one validation loss. Cost is device time of the steps that
/// count (devices x wall time): evaluation, checkpoints, startup and lost steps are left out.
/// Intervals are 90 % ones of Student's t on the logarithms of the seeds' costs (Welch's for a
/// ratio): they hold the spread of seeds and of timing, not that of other settings.
/// Throws: DataError with every reason where the runs ran on other devices, on other data, with
/// another tokenizer, were evaluated on other parts of it or fewer than three times, come to no
/// common loss, or are of one setting only; and where two runs are of one setting and seed.
RunComparison compare_runs(const std::vector<RunRecord>& runs);

/// schema_version 1; the keys are the members above.
nlohmann::ordered_json run_comparison_json(const RunComparison& comparison);

/// The same for a terminal.
std::string run_comparison_text(const RunComparison& comparison, Language language);

}  // namespace assay::audit
