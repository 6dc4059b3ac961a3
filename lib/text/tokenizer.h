#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace assay {

/// Turns text into tokens and back. Implementations are immutable and thread-safe.
class Tokenizer {
 public:
  virtual ~Tokenizer() = default;
  /// Names the tokenizer and its version in shards and manifests; at most 63 bytes.
  [[nodiscard]] virtual std::string_view id() const = 0;
  /// Every token is smaller.
  [[nodiscard]] virtual uint64_t vocab_size() const = 0;
  [[nodiscard]] virtual std::vector<uint32_t> encode(std::string_view text) const = 0;
  /// The text of tokens. Throws: DataError on a token outside of the vocabulary.
  [[nodiscard]] virtual std::string decode(std::span<const int64_t> tokens) const = 0;
};

}  // namespace assay
