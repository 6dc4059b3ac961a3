#pragma once

#include <filesystem>

#include "app/cli/progress_display.h"
#include "registry/registry.h"

namespace assay::app {

/// Shows a run on standard output as it is written, from what its newest process has so far to its
/// event "stop" (at once where the run has ended), and further processes as they come. A run whose
/// process was killed writes no end: then until SIGINT. Throws: DataError where `dir` is not a run
/// or its records are broken.
void follow_run(const std::filesystem::path& dir, const Registry& registry, ProgressStyle style);

}  // namespace assay::app
