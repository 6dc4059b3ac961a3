#pragma once

#include <string>
#include <vector>

#include "record/step_record.h"
#include "units/quantity.h"

namespace assay {

/// One stretch of a step, from its beginning.
struct TimelineSpan {
  std::string name;  ///< a phase or a kind of layer
  Seconds begin;     ///< since the step began, on the device's clock
  Seconds end;
};

/// When what happened in a step, beside how long its phases took.
struct StepTimeline {
  double begin_unix_s = 0;  ///< on the host's clock, by the fitted line of the device's clock
  Seconds wall;
  std::vector<TimelineSpan> phases;      ///< one after the other, without a gap
  std::vector<TimelineSpan> layers;      ///< inside phases; empty where layers were not timed
  std::vector<TimelineSpan> overlapped;  ///< on side streams, beside the phases
};

}  // namespace assay
