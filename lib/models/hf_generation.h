#pragma once

#include <filesystem>
#include <map>
#include <string>

namespace assay {

/// What a Hugging Face folder says that no weight holds and generation wants.
struct HfGeneration {
  /// The tokens with a special meaning: keys of config.json ("eos_token_id") with their values as
  /// JSON text ("[2, 3]"); those that are null or not there are left out.
  std::map<std::string, std::string> token_ids;
  std::string config;  ///< text of generation_config.json; empty: there is none
};

/// Reads it from a folder; of a file that is not there, nothing. Throws: DataError where
/// config.json or generation_config.json is no JSON object, or a key names no token.
HfGeneration read_hf_generation(const std::filesystem::path& folder);

/// The text of a config.json with the token numbers put in.
std::string with_token_ids(const std::string& config, const HfGeneration& generation);

}  // namespace assay
