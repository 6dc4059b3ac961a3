#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <variant>

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

  /// All tokens where they lie in the file, as wide as they are stored. They live as long as the
  /// reader (moves included); only verify() has looked at them.
  [[nodiscard]] std::variant<std::span<const uint8_t>, std::span<const uint16_t>,
                             std::span<const uint32_t>>
  tokens() const;

  /// Copies the tokens [begin, begin + out.size()) into `out`. Throws: DataError on a token outside
  /// of the vocabulary; InternalError on a range outside of the shard.
  void copy(uint64_t begin, std::span<int64_t> out) const;

  /// Reads everything once: compares its sha256 and the largest token with the vocabulary.
  /// Throws: DataError.
  void verify() const;

 private:
  void check_vocabulary(uint64_t largest) const;

  std::filesystem::path path_;
  Mapping mapping_;
  TokenShardHeader header_;
};

}  // namespace assay
