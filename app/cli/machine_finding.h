#pragma once

#include <string>
#include <vector>

namespace assay::app {

/// How one thing of this machine stands: it works, it is not there (and some figures will be
/// absent), or it is there and broken, so that a run would stop.
enum class FindingState { kWorks, kAbsent, kBroken };

/// One line of `assay doctor`.
struct MachineFinding {
  std::string topic;  ///< "gpu", "energy", "corpus" ...
  FindingState state = FindingState::kWorks;
  std::string detail;
  std::string provenance;  ///< of what can be measured with it; empty where it measures nothing
  std::string remedy;      ///< what would mend it; empty where nothing needs to
};

using MachineFindings = std::vector<MachineFinding>;

}  // namespace assay::app
