#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

#include "formats/mapping.h"
#include "formats/token_shard.h"

namespace assay {

/// A token shard, mapped. Reading from several threads is safe.
class TokenShardReader {
 public:
  /// Throws: DataError on a file that is cut off, corrupt in its header or no shard.
  explicit TokenShardReader(std::filesystem::path path);

  [[nodiscard]] uint64_t num_tokens() const { return header_.num_tokens; }
  [[nodiscard]] uint64_t vocab_size() const { return header_.vocab_size; }
  [[nodiscard]] const std::string& tokenizer_id() const { return header_.tokenizer_id; }
  /// sha256 of the tokens as the header states it; verify() proves it.
  [[nodiscard]] std::string content_sha256() const;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

  /// Throws: DataError ("shard of another vocabulary") unless both fit.
  void expect(std::string_view tokenizer_id, uint64_t vocab_size) const;

  /// Copies the tokens [begin, begin + out.size()) into `out`. Throws: DataError on a token outside
  /// of the vocabulary; InternalError on a range outside of the shard.
  void copy(uint64_t begin, std::span<int64_t> out) const;

  /// Reads everything once and compares its sha256. Throws: DataError.
  void verify() const;

 private:
  std::filesystem::path path_;
  Mapping mapping_;
  TokenShardHeader header_;
};

}  // namespace assay
