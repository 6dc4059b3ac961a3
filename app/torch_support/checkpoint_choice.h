#pragma once

#include <filesystem>

namespace assay::app {

/// The checkpoint that a named folder means: itself, or the newest of a run (whether whole or not).
/// Throws: DataError where there is no such folder or the run has none.
std::filesystem::path named_checkpoint(const std::filesystem::path& folder);

}  // namespace assay::app
