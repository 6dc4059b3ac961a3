#pragma once

#include <string>

namespace assay::app {

/// What this program was built from.
struct BuildInfo {
  std::string version;
  std::string commit;  ///< Ends in "-dirty" for a changed tree; empty where the tree had no git.
  std::string compiler;
};

[[nodiscard]] BuildInfo build_info();

}  // namespace assay::app
