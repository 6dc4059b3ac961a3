#include "app/torch_support/checkpoint_choice.h"

#include <fmt/format.h>

#include "error/error.h"
#include "train/checkpoint_store.h"

namespace assay::app {

std::filesystem::path named_checkpoint(const std::filesystem::path& folder) {
  if (!std::filesystem::is_directory(folder)) {
    throw DataError(fmt::format("[checkpoint] no such folder: {}", folder.string()));
  }
  if (!std::filesystem::is_directory(folder / "checkpoints")) return folder;
  const auto checkpoints = CheckpointStore(folder / "checkpoints", {}).list();
  if (checkpoints.empty()) {
    throw DataError(fmt::format("[checkpoint] the run has none: {}", folder.string()));
  }
  return checkpoints.front();
}

}  // namespace assay::app
