#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "text/bpe/added_tokens.h"
#include "text/bpe/bpe_model.h"
#include "text/bpe/pre_tokenizer.h"
#include "text/bpe/tokenizer_json.h"
#include "text/tokenizer.h"

namespace assay {

/// A byte-level BPE of a Hugging Face tokenizer.json: gives the numbers that the `tokenizers`
/// package gives with add_special_tokens=False. Special tokens are found in the text; bytes that
/// are not UTF-8 become U+FFFD first.
class BpeTokenizer : public Tokenizer {
 public:
  /// Reads a tokenizer.json, and the tokenizer_config.json beside it where there is one.
  /// Throws: DataError.
  static std::shared_ptr<const BpeTokenizer> load(const std::filesystem::path& path);
  /// Reads the text of a tokenizer.json; `file` is for messages. Throws: DataError.
  static std::shared_ptr<const BpeTokenizer> parse(std::string_view text, const std::string& file);

  explicit BpeTokenizer(TokenizerJson json, std::string sha256);

  [[nodiscard]] std::string_view id() const override { return id_; }
  [[nodiscard]] uint64_t vocab_size() const override { return texts_.size(); }
  [[nodiscard]] std::vector<uint32_t> encode(std::string_view text) const override;
  /// The text of tokens; special tokens are their own text.
  [[nodiscard]] std::string decode(std::span<const int64_t> tokens) const override;
  [[nodiscard]] std::string_view sha256() const override { return sha256_; }
  [[nodiscard]] const SpecialTokens& special_tokens() const override { return special_tokens_; }
  [[nodiscard]] std::optional<uint32_t> special_token(std::string_view content) const override;
  [[nodiscard]] std::string token_bytes(int64_t token) const override;

 private:
  class Encoding;
  [[nodiscard]] const std::string& text_of(int64_t token) const;

  std::string id_;
  std::string sha256_;
  bool has_nfc_;
  bool has_prefix_space_;
  PreTokenizer pre_tokenizer_;
  AddedTokens raw_added_;
  AddedTokens normalized_added_;
  std::vector<TokenText> texts_;
  BpeModel model_;
  SpecialTokens special_tokens_;
};

}  // namespace assay
