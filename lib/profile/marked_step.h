#pragma once

#include <string>
#include <vector>

#include "profile/event_timer.h"
#include "record/step_record.h"

namespace assay {

/// The marks of a step, or of a part of one that was recorded as a graph: then each is a place in
/// the graph, which gets a mark at every launch.
struct MarkedStep {
  using Mark = EventTimer::Mark;

  struct PhaseMark {
    Phase phase;
    Mark begin;
  };
  struct LayerMark {
    const std::string* kind;  ///< null: no layer from here
    Phase phase;
    Mark begin;
  };
  /// A stretch on another stream.
  struct SideMark {
    Phase phase;
    Mark begin;
    Mark end;
  };
  /// A launch of a graph whose places got no marks.
  struct UnphasedMark {
    Mark begin;
    Mark end;
  };

  std::vector<PhaseMark> phases;
  std::vector<LayerMark> layers;
  std::vector<SideMark> sides;
  std::vector<UnphasedMark> unphased;
  Mark end = 0;
  double host_s = 0;  ///< host time that setting and reading the marks took
};

}  // namespace assay
