#pragma once

#include <filesystem>

namespace assay::app {

/// The checkpoint that a named folder means: itself, or the newest (whether whole or not) of a run
/// or of its folder of checkpoints.
/// Throws: DataError where there is no such folder or the run has none.
std::filesystem::path named_checkpoint(const std::filesystem::path& folder);

}  // namespace assay::app
