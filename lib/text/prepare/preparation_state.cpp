#include "text/prepare/preparation_state.h"

#include <fmt/format.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "error/error.h"
#include "formats/durable_file.h"

namespace assay {

// nlohmann-json finds these by the namespace of their types.
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(PreparedPart, shards, shard_sha256, tokens, documents,
                                   text_bytes)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(PreparationState, settings_sha256, documents_read,
                                   documents_digest, empty_documents, invalid_sequences,
                                   shard_pairs, train, validation, token_counts)

namespace {

constexpr int kProgressVersion = 1;

}  // namespace

std::optional<PreparationState> read_preparation_state(const std::filesystem::path& folder) {
  const std::filesystem::path path = folder / "progress.json";
  std::ifstream in(path);
  if (!in) return std::nullopt;
  try {
    const nlohmann::json json = nlohmann::json::parse(in);
    if (json.at("version") != kProgressVersion) {
      throw DataError(fmt::format("[text] progress of another version: {}", path.string()));
    }
    return json.get<PreparationState>();
  } catch (const nlohmann::json::exception& error) {
    throw DataError(fmt::format("[text] progress is broken: {}: {}", path.string(), error.what()));
  }
}

void write_preparation_state(const std::filesystem::path& folder, const PreparationState& state) {
  nlohmann::json json = state;
  json["version"] = kProgressVersion;
  write_file_durably(folder / "progress.json", json.dump() + "\n");
}

}  // namespace assay
