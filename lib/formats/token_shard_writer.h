#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "digest/sha256_stream.h"
#include "formats/durable_file.h"
#include "formats/token_shard.h"

namespace assay {

/// Writes a token shard as a stream. Nothing appears under `path` before `commit()`.
class TokenShardWriter {
 public:
  /// Throws: StorageError; DataError on an impossible vocabulary size.
  TokenShardWriter(const std::filesystem::path& path, std::string tokenizer_id,
                   uint64_t vocab_size);

  /// Appends tokens. Throws: StorageError; InternalError on a token outside of the vocabulary.
  void append(std::span<const uint32_t> tokens);
  /// Writes the header and makes the shard durable. Throws: StorageError.
  void commit();

  [[nodiscard]] uint64_t num_tokens() const { return header_.num_tokens; }

 private:
  TokenShardHeader header_;
  DurableFile file_;
  Sha256Stream sha256_;
  std::vector<std::byte> buffer_;
};

}  // namespace assay
