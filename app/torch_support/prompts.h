#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "app/torch_support/generate_options.h"
#include "app/torch_support/loaded_model.h"

namespace assay::app {

/// The prompts of a command as tokens: from its options, its file or standard input. Throws:
/// ConfigError for an empty prompt, one that is not UTF-8, or text without a tokenizer; DataError
/// where that prompt came from a file or standard input, and for a token that the model does not
/// have.
std::vector<std::vector<int64_t>> read_prompts(const GenerateCommand& command,
                                               const LoadedModel& loaded);

/// The end-of-text tokens that a folder's config.json names (eos_token_id); none elsewhere. Throws:
/// DataError where it is no token.
std::vector<int64_t> end_tokens(const std::filesystem::path& folder);

}  // namespace assay::app
