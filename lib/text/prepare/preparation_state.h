#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace assay {

/// One part of a prepared corpus, training or validation.
struct PreparedPart {
  std::vector<std::string> shards;        ///< file names, in order
  std::vector<std::string> shard_sha256;  ///< of their tokens
  uint64_t tokens = 0;
  uint64_t documents = 0;
  uint64_t text_bytes = 0;
};

/// How far a preparation is. Durable after each pair of shards; what came after is done again.
struct PreparationState {
  std::string settings_sha256;   ///< of what the tokens depend on
  uint64_t documents_read = 0;   ///< empty ones included
  std::string documents_digest;  ///< xxh3 of the documents read, in hexadecimal digits
  uint64_t empty_documents = 0;
  uint64_t invalid_sequences = 0;
  uint64_t shard_pairs = 0;
  PreparedPart train;
  PreparedPart validation;
  std::vector<uint64_t> token_counts;  ///< by token, of the training tokens
};

/// Reads `<folder>/progress.json`; nothing where there is none. Throws: DataError where it is
/// broken.
std::optional<PreparationState> read_preparation_state(const std::filesystem::path& folder);

/// Writes it durably. Throws: StorageError.
void write_preparation_state(const std::filesystem::path& folder, const PreparationState& state);

}  // namespace assay
