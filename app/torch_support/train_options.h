#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "app/cli/progress_display.h"

namespace assay::app {

/// The command line of `assay train`.
struct TrainOptions {
  std::filesystem::path config;
  std::vector<std::string> set;
  std::filesystem::path out;  ///< empty: runs/<id>
  std::string resume;         ///< empty, "auto", or a run or checkpoint folder
  std::string registry;       ///< empty: as find_registry looks for it
  bool dry_run = false;
  bool json = false;
  bool no_memory_check = false;  ///< start although the predicted peak is more than is free
  ProgressStyle progress = ProgressStyle::kAuto;
  std::vector<std::string> args;  ///< as given, for the manifest
};

/// Reads the arguments after `train`; nothing where --help was asked for and printed. Throws:
/// ConfigError.
std::optional<TrainOptions> parse_train_options(const std::vector<std::string>& args);

}  // namespace assay::app
