#include "text/bpe/bpe_tokenizer.h"

#include <fmt/format.h>

#include <utility>

#include "digest/sha256.h"
#include "error/error.h"
#include "formats/mapping.h"
#include "text/normal_form.h"
#include "text/utf8.h"

namespace assay {
namespace {

constexpr size_t kIdDigits = 32;  // of the sha256: 128 bits

std::string_view as_text(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace

// The encoding of one text.
class BpeTokenizer::Encoding {
 public:
  explicit Encoding(const BpeTokenizer& tokenizer)
      : tokenizer_(tokenizer), splitter_(tokenizer.pre_tokenizer_) {}

  std::vector<uint32_t> encode(std::string_view text) {
    tokens_.reserve(text.size() / 3);
    tokenizer_.raw_added_.split(text, [&](std::optional<uint32_t> token, std::string_view part) {
      if (token) return tokens_.push_back(*token);
      if (tokenizer_.has_nfc_) return add_normalized(to_nfc(part));
      add_normalized(part);
    });
    return std::move(tokens_);
  }

 private:
  void add_normalized(std::string_view text) {
    tokenizer_.normalized_added_.split(
        text, [&](std::optional<uint32_t> token, std::string_view part) {
          if (token) return tokens_.push_back(*token);
          if (tokenizer_.has_prefix_space_ && !part.empty() && !part.starts_with(' ')) {
            return add_pieces(' ' + std::string(part));
          }
          add_pieces(part);
        });
  }
  void add_pieces(std::string_view text) { splitter_.split(text, add_piece_); }

  const BpeTokenizer& tokenizer_;
  PreTokenizer::Splitter splitter_;
  std::vector<uint32_t> tokens_;
  PreTokenizer::TakePiece add_piece_ = [this](std::string_view piece) {
    tokenizer_.model_.encode(piece, tokens_);
  };
};

std::shared_ptr<const BpeTokenizer> BpeTokenizer::load(const std::filesystem::path& path) {
  const Mapping mapping(path);
  const std::string_view text = as_text(mapping.bytes());
  TokenizerJson json = parse_tokenizer_json(text, path.string());
  read_special_names(path.parent_path(), json);
  return std::make_shared<const BpeTokenizer>(std::move(json), assay::sha256(text));
}

std::shared_ptr<const BpeTokenizer> BpeTokenizer::parse(std::string_view text,
                                                        const std::string& file) {
  return std::make_shared<const BpeTokenizer>(parse_tokenizer_json(text, file),
                                              assay::sha256(text));
}

BpeTokenizer::BpeTokenizer(TokenizerJson json, std::string sha256)
    : id_("tokenizer.json-" + sha256.substr(0, kIdDigits)),
      sha256_(std::move(sha256)),
      has_nfc_(json.has_nfc),
      has_prefix_space_(json.has_prefix_space),
      pre_tokenizer_(std::move(json.stages)),
      raw_added_(std::move(json.raw_added)),
      normalized_added_(std::move(json.normalized_added)),
      texts_(std::move(json.texts)),
      model_(json.byte_tokens, json.pairs, json.pieces, json.ignore_merges),
      special_tokens_(std::move(json.special_tokens)) {}

std::vector<uint32_t> BpeTokenizer::encode(std::string_view text) const {
  if (valid_utf8_prefix(text) == text.size()) return Encoding(*this).encode(text);
  uint64_t num_invalid = 0;
  return Encoding(*this).encode(replace_invalid_utf8(text, num_invalid));
}

const std::string& BpeTokenizer::text_of(int64_t token) const {
  if (token < 0 || static_cast<uint64_t>(token) >= texts_.size() ||
      !texts_[static_cast<size_t>(token)].is_present) {
    throw DataError(
        fmt::format("[text] no token {} in {} of {} tokens", token, id_, texts_.size()));
  }
  return texts_[static_cast<size_t>(token)].bytes;
}

std::string BpeTokenizer::decode(std::span<const int64_t> tokens) const {
  std::string text;
  for (const int64_t token : tokens) text += text_of(token);
  return text;
}

std::string BpeTokenizer::token_bytes(int64_t token) const { return text_of(token); }

std::optional<uint32_t> BpeTokenizer::special_token(std::string_view content) const {
  for (uint32_t token = 0; token < texts_.size(); ++token) {
    if (texts_[token].is_special && texts_[token].bytes == content) return token;
  }
  return std::nullopt;
}

}  // namespace assay
