#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "record/step_record.h"
#include "units/quantity.h"

namespace assay {

/// What a run has used up to a step; part of every checkpoint, so that it survives a resume.
struct RunTotals {
  int64_t tokens = 0;                                ///< targets of all steps
  int64_t skipped_steps = 0;                         ///< steps that were not finite
  std::array<Seconds, kRunStates.size()> seconds{};  ///< by kRunStates, of all processes so far
  std::optional<Joules> energy;  ///< of all processes so far; absent: never measured

  [[nodiscard]] Seconds& operator[](RunState state) { return seconds[static_cast<size_t>(state)]; }
  [[nodiscard]] Seconds operator[](RunState state) const {
    return seconds[static_cast<size_t>(state)];
  }
};

}  // namespace assay
