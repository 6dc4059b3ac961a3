#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "train/checkpoint_config.h"
#include "train/checkpoint_state.h"
#include "train/named_tensor.h"

namespace assay {

/// The tensors of a run that a checkpoint holds. They are the run's own: loading writes into them.
struct CheckpointTensors {
  NamedTensors model;
  NamedTensors optimizer;
};

/// The folder `checkpoints/` of a run. A checkpoint `step-N` is there whole or not at all: it is
/// written to a temporary folder, files and folders are synced, and one rename makes it visible.
/// CHECKPOINT_FORMAT.md describes the files.
class CheckpointStore {
 public:
  CheckpointStore(std::filesystem::path folder, const CheckpointConfig& policy)
      : folder_(std::move(folder)), policy_(policy) {}

  /// Makes the folder and removes what a killed process left half-written. Only the process that
  /// holds the run may call it. Throws: StorageError.
  void open();

  /// Writes `step-N` and then removes what the policy does not keep. `state.files` is filled here.
  /// Throws: StorageError; checkpoints that were there stay whole.
  std::filesystem::path write(CheckpointState state, const CheckpointTensors& tensors);

  /// The checkpoints by name, newest first, whether valid or not; none where there is no folder.
  [[nodiscard]] std::vector<std::filesystem::path> list() const;

  /// The newest checkpoint that `accept` takes. `accept` throws DataError to refuse one; `warn`
  /// gets each refusal.
  [[nodiscard]] std::optional<std::filesystem::path> newest_accepted(
      const std::function<void(const std::filesystem::path&)>& accept,
      const std::function<void(const std::string&)>& warn) const;

 private:
  void write_files(const std::filesystem::path& folder, CheckpointState& state,
                   const CheckpointTensors& tensors) const;
  void remove_unkept(const std::filesystem::path& written) const;

  std::filesystem::path folder_;
  CheckpointConfig policy_;
};

/// Reads a checkpoint's state and checks every file of it by size and sha256. Throws: DataError.
CheckpointState verify_checkpoint(const std::filesystem::path& checkpoint);

/// Writes a checkpoint's tensors into `tensors`. Throws: DataError where they do not fit; then some
/// may have been written.
void load_checkpoint(const std::filesystem::path& checkpoint, const CheckpointTensors& tensors);

}  // namespace assay
