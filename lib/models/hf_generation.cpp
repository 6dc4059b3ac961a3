#include "models/hf_generation.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <system_error>

#include "error/error.h"
#include "specs/strict_json.h"

namespace assay {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr std::array<const char*, 5> kTokenIds{"bos_token_id", "eos_token_id", "pad_token_id",
                                               "sep_token_id", "unk_token_id"};

std::string text_of(const fs::path& path) {
  std::error_code error;
  if (!fs::is_regular_file(path, error)) {  // opening a pipe waits for its writer
    throw DataError(fmt::format("[models] not a file: {}", path.string()));
  }
  std::ifstream stream(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(stream), {}};
  if (!stream) throw DataError(fmt::format("[models] file cannot be read: {}", path.string()));
  return text;
}

json object_in(const std::string& text, const fs::path& path) {
  json object = json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!object.is_object()) {
    throw DataError(fmt::format("[models] not a JSON object: {}", path.string()));
  }
  return object;
}

bool names_tokens(const json& value) {
  if (!value.is_array()) return value.is_number_integer();
  return std::all_of(value.begin(), value.end(),
                     [](const json& one) { return one.is_number_integer(); });
}

}  // namespace

HfGeneration read_hf_generation(const fs::path& folder) {
  const fs::path config = folder / "config.json";
  const json keys = object_in(text_of(config), config);
  HfGeneration generation;
  for (const char* key : kTokenIds) {
    const auto found = keys.find(key);
    if (found == keys.end() || found->is_null()) continue;
    if (!names_tokens(*found)) {
      throw DataError(fmt::format("[models] {}: {} is no number of a token: {}", config.string(),
                                  key, shown_json(*found)));
    }
    generation.token_ids[key] = found->dump();
  }
  const fs::path own = folder / "generation_config.json";
  std::error_code error;
  if (!fs::exists(fs::symlink_status(own, error))) return generation;
  generation.config = text_of(own);
  (void)object_in(generation.config, own);
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
