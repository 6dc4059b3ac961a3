#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "record/run_record.h"
#include "record/step_record.h"
#include "units/quantity.h"

namespace assay {

/// Where the time of a run went. `states[i]` belongs to `kRunStates[i]`; their sum is `held`.
///
/// Devices are held from the start of each process to its "stop" event, or to its last record
/// where it was killed (what passed between that record and the kill is not known and not counted).
/// - startup: "startup" events; all of a process that never came to a step.
/// - productive: the wall time of the steps that count, and of generation (prefill and decode).
/// - eval, checkpoint: their events.
/// - lost: steps, evals and checkpoints after the step that a later process resumed from, and the
///   startup of a process that follows one without a "stop" event (the time to be back there).
/// - idle: what is left of the time held.
/// Time between two processes is not held and stands apart.
struct TimeAccount {
  std::array<Seconds, kRunStates.size()> states{};
  Seconds held;
  /// Each state's part of `held`; absent where nothing was held.
  std::array<std::optional<double>, kRunStates.size()> shares{};
  std::array<Seconds, kRunStates.size()> device_states{};  ///< the same times x devices held
  GpuHours device_hours;          ///< devices held x held; kind of device as in the manifest
  std::optional<double> goodput;  ///< productive / held; absent where nothing was held
  Seconds between_processes;
  /// Steps after the last durable checkpoint of a run without a "stop" event: productive for now,
  /// lost if it does not live any more.
  Seconds unsecured;
  int num_processes = 0;
  bool stopped = false;  ///< the last process wrote its "stop" event
  std::vector<std::string> warnings;

  [[nodiscard]] Seconds operator[](RunState state) const {
    return states[static_cast<size_t>(state)];
  }
};

TimeAccount account_time(const RunRecord& record);

}  // namespace assay
