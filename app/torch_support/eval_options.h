#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "app/torch_support/loaded_model.h"
#include "generate/bootstrap.h"
#include "generate/window_loss.h"

namespace assay::app {

/// The command line of `assay eval`.
struct EvalCommand {
  std::vector<std::string> models;  ///< runs, checkpoints or folders, each a row of the table
  ModelChoice choice;               ///< of every one; its folder is filled in
  std::vector<std::filesystem::path> texts;
  std::vector<std::filesystem::path> shards;
  std::vector<std::filesystem::path> choices;
  std::vector<std::filesystem::path> exact;
  WindowOptions windows;  ///< seq_len, stride 0: the model's context, no overlap
  BootstrapOptions bootstrap;
  int64_t max_batch = 16;
  bool json = false;
};

/// Reads the arguments after `eval`; nothing where --help was asked for and printed. Throws:
/// ConfigError.
std::optional<EvalCommand> parse_eval(const std::vector<std::string>& args);

}  // namespace assay::app
