#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "app/torch_support/train_options.h"
#include "config/toml_node.h"
#include "train/checkpoint_store.h"
#include "train/optimizer_config.h"
#include "train/train_config.h"

namespace assay::app {

/// Where a run writes and where it starts from.
struct ResumeChoice {
  std::filesystem::path run_dir;
  bool continues_run = false;                       ///< run_dir holds the run already
  std::optional<std::filesystem::path> checkpoint;  ///< absent: from the first step
  std::vector<std::string> warnings;                ///< checkpoints passed over and differences
};

/// What of a run must agree with a checkpoint for it to be this run's.
struct ResumeIdentity {
  TomlTable model;  ///< resolved
  Precision precision{};
  OptimizerConfig optimizer;
  std::string tokenizer;
  uint64_t seed = 0;
  int64_t sequences_per_step = 0;
  int64_t seq_len = 0;
};

/// Decides from --out and --resume. `auto` takes the newest valid checkpoint in --out and names
/// those it passed over; a named folder is used or refused. `fresh_dir` is where a new run goes
/// without --out. Throws: DataError for a checkpoint that is corrupt, another model's
/// or of another optimizer, a folder without any, or a run that is there and not resumed.
ResumeChoice choose_resume(const TrainOptions& options, const std::filesystem::path& fresh_dir,
                           const ResumeIdentity& identity);

/// True where the run that would be resumed has all its steps and said so at its end.
[[nodiscard]] bool is_finished(const ResumeChoice& resume, int64_t resumed_at, int64_t num_steps);

/// A run of its own that begins where its steps end would train nothing. Throws: ConfigError.
void expect_steps_left(const ResumeChoice& resume, int64_t resumed_at, int64_t num_steps);

}  // namespace assay::app
