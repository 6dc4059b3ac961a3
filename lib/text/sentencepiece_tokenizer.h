#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "text/tokenizer.h"

namespace sentencepiece {
class SentencePieceProcessor;
}

namespace assay {

/// A sentencepiece model (BPE, unigram or others), by Debian's library. Bytes that are not UTF-8
/// become U+FFFD first. A text that its normalization changes does not come back as it was.
/// Source: Kudo and Richardson 2018, "SentencePiece".
class SentencePieceTokenizer : public Tokenizer {
 public:
  /// Reads a .model file. Throws: DataError where it is none.
  static std::shared_ptr<const SentencePieceTokenizer> load(const std::filesystem::path& path);
  /// Reads the bytes of a .model file; `file` is for messages. Throws: DataError.
  static std::shared_ptr<const SentencePieceTokenizer> parse(std::string_view bytes,
                                                             const std::string& file);

  explicit SentencePieceTokenizer(
      std::shared_ptr<const sentencepiece::SentencePieceProcessor> processor, std::string sha256);

  [[nodiscard]] std::string_view id() const override { return id_; }
  [[nodiscard]] uint64_t vocab_size() const override;
  /// Throws: DataError where the library refuses the text.
  [[nodiscard]] std::vector<uint32_t> encode(std::string_view text) const override;
  [[nodiscard]] std::string decode(std::span<const int64_t> tokens) const override;
  [[nodiscard]] std::string_view sha256() const override { return sha256_; }
  [[nodiscard]] const SpecialTokens& special_tokens() const override { return special_tokens_; }
  [[nodiscard]] std::optional<uint32_t> special_token(std::string_view content) const override;
  [[nodiscard]] std::string token_bytes(int64_t token) const override;

 private:
  [[nodiscard]] int checked(int64_t token) const;

  std::shared_ptr<const sentencepiece::SentencePieceProcessor> processor_;
  std::string id_;
  std::string sha256_;
  SpecialTokens special_tokens_;
};

/// Tokens that a trained model can have: it has one for each byte, unknown, begin and end of text;
/// the library counts in 32 bits.
inline constexpr uint64_t kLeastSentencePieceVocab = 260;
inline constexpr uint64_t kMostSentencePieceVocab = 2'147'483'647;

/// What a sentencepiece model is trained with.
struct SentencePieceTraining {
  std::filesystem::path text;   ///< one sentence a line
  std::filesystem::path model;  ///< the .model file that is written, where training succeeds
  uint64_t vocab_size = 8000;
  std::string algorithm = "bpe";  ///< "bpe" or "unigram"
};

/// Trains a model that has a token for each byte, so that no text is unknown. Throws: ConfigError
/// for a number of tokens that no model has; DataError with what the library says.
void train_sentencepiece(const SentencePieceTraining& training);

}  // namespace assay
