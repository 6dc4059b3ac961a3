#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "app/torch_support/loaded_model.h"
#include "app/torch_support/metering_config.h"
#include "generate/request.h"

namespace assay::app {

/// The command line of `assay generate`.
struct GenerateCommand {
  ModelChoice model;
  std::vector<std::string> prompts;                 ///< --prompt
  std::filesystem::path prompt_file;                ///< --prompt-file; empty: none
  std::filesystem::path prompt_lines;               ///< --prompt-lines; empty: none
  std::vector<std::vector<int64_t>> prompt_tokens;  ///< --prompt-tokens
  GenerationRequest request;                        ///< everything but the prompt
  int64_t max_sequences = 0;
  bool ignore_eos = false;
  bool logprobs = false;
  bool no_graphs = false;  ///< --no-graphs
  bool json = false;
  MeteringOptions metering;
};

/// Reads the arguments after `generate`; nothing where --help was asked for and printed. Throws:
/// ConfigError.
std::optional<GenerateCommand> parse_generate(const std::vector<std::string>& args);

}  // namespace assay::app
