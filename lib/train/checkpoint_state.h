#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "record/run_manifest.h"
#include "train/run_totals.h"

namespace assay {

/// Everything of a checkpoint that is no tensor: state.json. See CHECKPOINT_FORMAT.md.
struct CheckpointState {
  int64_t step = 0;  ///< the last step that is in the weights
  std::string stage;
  uint64_t seed = 0;
  int64_t sequences_per_step = 0;  ///< with seed and step this is the data cursor
  int64_t seq_len = 0;
  double learning_rate = 0;  ///< of that step; the schedule is a function of the step
  int64_t bad_steps_in_a_row = 0;
  RunTotals totals;
  std::string precision;
  std::string model_toml;  ///< the resolved [model] table: the model can be built from it
  std::string tokenizer;
  std::string config_sha256;  ///< of the whole run config
  std::string run_id;
  std::vector<FileDigest> files;  ///< the tensors' files, by name inside the folder
};

/// The text of state.json.
std::string to_json_text(const CheckpointState& state);

/// Reads `<checkpoint>/state.json`. Throws: DataError where it is missing, is no checkpoint of this
/// program, or has an unknown version.
CheckpointState read_checkpoint_state(const std::filesystem::path& checkpoint);

}  // namespace assay
