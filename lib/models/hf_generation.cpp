#include "models/hf_generation.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <system_error>

#include "error/error.h"
#include "specs/hf_config.h"
#include "specs/strict_json.h"

namespace assay {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr std::array<const char*, 5> kTokenIds{"bos_token_id", "eos_token_id", "pad_token_id",
                                               "sep_token_id", "unk_token_id"};

bool names_tokens(const json& value) {
  if (!value.is_array()) return value.is_number_integer();
  return std::all_of(value.begin(), value.end(),
                     [](const json& one) { return one.is_number_integer(); });
}

std::map<std::string, std::string> token_ids_of(const fs::path& config) {
  const HfFile file = read_hf_file(config);
  std::map<std::string, std::string> ids;
  for (const char* key : kTokenIds) {
    const auto found = file.json->value.find(key);
    if (found == file.json->value.end() || found->is_null()) continue;
    if (!names_tokens(*found)) {
      throw DataError(fmt::format("[models] {}: {} is no number of a token: {}", config.string(),
                                  key, shown_json(*found)));
    }
    ids[key] = found->dump();
  }
  return ids;
}

/// A link that leads nowhere is there, and is refused.
bool is_there(const fs::path& path) {
  std::error_code error;
  return fs::exists(fs::symlink_status(path, error));
}

}  // namespace

HfGeneration read_hf_generation(const fs::path& folder) {
  HfGeneration generation;
  const fs::path config = folder / "config.json";
  if (is_there(config)) generation.token_ids = token_ids_of(config);
  const fs::path own = folder / "generation_config.json";
  if (is_there(own)) generation.config = read_hf_file(own).text;
  return generation;
}

std::string with_token_ids(const std::string& config, const HfGeneration& generation) {
  auto keys = nlohmann::ordered_json::parse(config);
  for (const auto& [key, value] : generation.token_ids) {
    keys[key] = nlohmann::ordered_json::parse(value);
  }
  return keys.dump(2) + "\n";
}

}  // namespace assay
