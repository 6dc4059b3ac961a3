#include "app/torch_support/checkpoint_choice.h"

#include <fmt/format.h>

#include "error/error.h"
#include "train/checkpoint_store.h"

namespace assay::app {

std::filesystem::path named_checkpoint(const std::filesystem::path& folder) {
  if (!std::filesystem::is_directory(folder)) {
    throw DataError(fmt::format("[checkpoint] no such folder: {}", folder.string()));
  }
  const bool of_run = std::filesystem::is_directory(folder / "checkpoints");
  const auto checkpoints = CheckpointStore(of_run ? folder / "checkpoints" : folder, {}).list();
  if (!checkpoints.empty()) return checkpoints.front();
  if (of_run) {
    throw DataError(fmt::format(
        "[checkpoint] the run has none: {} (assay train --out {} --resume auto begins it again)",
        folder.string(), folder.string()));
  }
  if (!std::filesystem::exists(folder / "state.json")) {
    throw DataError(fmt::format(
        "[checkpoint] neither a run nor a checkpoint, which would have a state.json: {}",
        folder.string()));
  }
  return folder;
}

}  // namespace assay::app
