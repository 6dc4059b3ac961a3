#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "record/energy_totals.h"
#include "record/run_manifest.h"
#include "record/step_record.h"
#include "record/step_totals.h"

namespace assay {

/// A run read back: what all its processes wrote, in order.
struct RunRecord {
  std::filesystem::path dir;
  /// One per process of the run: the first, then each that resumed it. Never empty.
  std::vector<RunManifest> manifests;
  std::vector<StepRecord> steps;           ///< those that count, ascending by step
  std::vector<StepRecord> superseded;      ///< done, then lost: a later process resumed before them
  std::optional<StepTotals> totals;        ///< instead of the two where totals were asked for
  std::vector<EnergySample> energy;        ///< node by node, in file order
  std::optional<EnergyTotals> metered;     ///< instead of those where totals were asked for
  std::vector<RunEvent> events;            ///< rank by rank, in file order; thinned for totals
  std::vector<InferenceRecord> inference;  ///< batches of generated text, in file order
  std::vector<std::string> warnings;  ///< torn last lines and the like, each with its file:line

  /// The manifest of the first process.
  [[nodiscard]] const RunManifest& manifest() const { return manifests.front(); }
  /// The manifest whose price is the run's: of the newest process that named one, else the first.
  [[nodiscard]] const RunManifest& priced_manifest() const;
  /// The last step of process `attempt` that no later process threw away.
  [[nodiscard]] int64_t last_kept_step(int attempt) const;
  /// True unless the event belongs to a step that a later process threw away.
  [[nodiscard]] bool kept(const RunEvent& event) const {
    return event.step <= last_kept_step(event.attempt);
  }
  /// The step of the last durable checkpoint that counts, or the one resumed from.
  [[nodiscard]] int64_t last_durable_step() const;
};

/// What a reader keeps of steps, energy and events: every one, or what they add up to, in memory
/// that does not grow with their number (of the events what BoundedEvents keeps).
enum class StepDetail { kEvery, kTotals };

/// Reads a run directory as FORMAT.md describes. A run that was killed at any byte can be read: a
/// torn last line is dropped with a warning. Throws: DataError with file:line:column for anything
/// else that is broken, for unknown versions and for a folder without a run.
RunRecord read_run(const std::filesystem::path& dir, StepDetail detail = StepDetail::kEvery);

/// What the steps of a run add up to, however it was read.
StepTotals step_totals(const RunRecord& record);

/// What the energy samples of a run add up to, however it was read.
EnergyTotals energy_totals(const RunRecord& record);

}  // namespace assay
