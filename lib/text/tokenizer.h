#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace assay {

/// The tokens that mean something other than text.
struct SpecialTokens {
  std::optional<uint32_t> bos;   ///< begins a text; absent where the tokenizer names none
  std::optional<uint32_t> eos;   ///< ends a text; absent where the tokenizer names none
  std::vector<uint32_t> prefix;  ///< what the tokenizer itself puts before one text
  std::vector<uint32_t> suffix;  ///< and after it
};

/// Turns text into tokens and back. Implementations are immutable and thread-safe.
class Tokenizer {
 public:
  virtual ~Tokenizer() = default;
  /// Names the tokenizer and its version in shards and manifests; at most 63 bytes. It is the same
  /// for two tokenizers only where both give the same tokens for every text.
  [[nodiscard]] virtual std::string_view id() const = 0;
  /// Every token is smaller.
  [[nodiscard]] virtual uint64_t vocab_size() const = 0;
  /// The tokens of a text, without special_tokens().prefix and suffix.
  [[nodiscard]] virtual std::vector<uint32_t> encode(std::string_view text) const = 0;
  /// The text of tokens. Throws: DataError on a token outside of the vocabulary.
  [[nodiscard]] virtual std::string decode(std::span<const int64_t> tokens) const = 0;

  /// sha256 of the tokenizer's file in hexadecimal digits; empty where there is no file.
  [[nodiscard]] virtual std::string_view sha256() const { return {}; }
  [[nodiscard]] virtual const SpecialTokens& special_tokens() const;
  /// The token of a special token's text, as in "<|endoftext|>"; nothing where it is not one.
  [[nodiscard]] virtual std::optional<uint32_t> special_token(std::string_view content) const;
  /// The bytes that a token adds in the middle of a text; they may be part of a character. Special
  /// tokens add their own text. Throws: DataError on a token outside of the vocabulary.
  [[nodiscard]] virtual std::string token_bytes(int64_t token) const;
};

}  // namespace assay
