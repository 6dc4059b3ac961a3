#include "text/sentencepiece_tokenizer.h"

#include <fmt/format.h>
#include <sentencepiece_processor.h>
#include <sentencepiece_trainer.h>

#include <charconv>
#include <fstream>

#include "digest/sha256.h"
#include "error/error.h"
#include "formats/durable_file.h"
#include "formats/mapping.h"
#include "text/utf8.h"

namespace assay {
namespace {

constexpr std::string_view kSpaceMark = "\xE2\x96\x81";  // U+2581

std::optional<uint32_t> as_token(int id) {
  return id < 0 ? std::nullopt : std::optional(static_cast<uint32_t>(id));
}

std::string with_spaces(std::string_view piece) {
  std::string text;
  while (!piece.empty()) {
    const bool is_mark = piece.starts_with(kSpaceMark);
    text += is_mark ? ' ' : piece.front();
    piece.remove_prefix(is_mark ? kSpaceMark.size() : 1);
  }
  return text;
}

/// The lines of a file. The library's own list of files is split at commas, which names may have.
class LineIterator final : public sentencepiece::SentenceIterator {
 public:
  explicit LineIterator(const std::filesystem::path& path) : stream_(path, std::ios::binary) {
    read();
  }
  [[nodiscard]] bool done() const override { return done_; }
  void Next() override { read(); }
  [[nodiscard]] const std::string& value() const override { return line_; }
  [[nodiscard]] sentencepiece::util::Status status() const override { return {}; }

 private:
  void read() { done_ = !std::getline(stream_, line_); }

  std::ifstream stream_;
  std::string line_;
  bool done_ = false;
};

/// What an error of the library says, without the file, line and condition of its source that stand
/// before: "Internal: x.cc(21) [(a) == (b)] Vocabulary size too high".
std::string reason_of(const std::string& status) {
  const size_t end = status.rfind("] ");
  return end == std::string::npos ? status : status.substr(end + 2);
}

}  // namespace

std::shared_ptr<const SentencePieceTokenizer> SentencePieceTokenizer::load(
    const std::filesystem::path& path) {
  const Mapping mapping(path);
  return parse({reinterpret_cast<const char*>(mapping.bytes().data()), mapping.bytes().size()},
               path.string());
}

std::shared_ptr<const SentencePieceTokenizer> SentencePieceTokenizer::parse(
    std::string_view bytes, const std::string& file) {
  auto processor = std::make_shared<sentencepiece::SentencePieceProcessor>();
  const auto status = processor->LoadFromSerializedProto(bytes);
  if (!status.ok() || processor->GetPieceSize() <= 0) {
    throw DataError(
        fmt::format("[text] not a sentencepiece model: {}: {}", file, status.ToString()));
  }
  return std::make_shared<const SentencePieceTokenizer>(std::move(processor), assay::sha256(bytes));
}

SentencePieceTokenizer::SentencePieceTokenizer(
    std::shared_ptr<const sentencepiece::SentencePieceProcessor> processor, std::string sha256)
    : processor_(std::move(processor)),
      id_("sentencepiece-" + sha256.substr(0, 32)),
      sha256_(std::move(sha256)) {
  special_tokens_.bos = as_token(processor_->bos_id());
  special_tokens_.eos = as_token(processor_->eos_id());
}

uint64_t SentencePieceTokenizer::vocab_size() const {
  return static_cast<uint64_t>(processor_->GetPieceSize());
}

std::vector<uint32_t> SentencePieceTokenizer::encode(std::string_view text) const {
  std::string valid;
  if (valid_utf8_prefix(text) != text.size()) {
    uint64_t num_invalid = 0;
    valid = replace_invalid_utf8(text, num_invalid);
    text = valid;
  }
  std::vector<int> ids;
  if (const auto status = processor_->Encode(text, &ids); !status.ok()) {
    throw DataError(fmt::format("[text] sentencepiece cannot encode: {}", status.ToString()));
  }
  return {ids.begin(), ids.end()};
}

int SentencePieceTokenizer::checked(int64_t token) const {
  if (token < 0 || static_cast<uint64_t>(token) >= vocab_size()) {
    throw DataError(fmt::format("[text] no token {} in {} of {} tokens", token, id_, vocab_size()));
  }
  return static_cast<int>(token);
}

std::string SentencePieceTokenizer::decode(std::span<const int64_t> tokens) const {
  std::vector<int> ids;
  for (const int64_t token : tokens) ids.push_back(checked(token));
  std::string text;
  if (const auto status = processor_->Decode(ids, &text); !status.ok()) {
    throw DataError(fmt::format("[text] sentencepiece cannot decode: {}", status.ToString()));
  }
  return text;
}

std::optional<uint32_t> SentencePieceTokenizer::special_token(std::string_view content) const {
  const int id = processor_->PieceToId(content);
  const bool is_special = processor_->IsControl(id) && processor_->IdToPiece(id) == content;
  return is_special ? as_token(id) : std::nullopt;
}

std::string SentencePieceTokenizer::token_bytes(int64_t token) const {
  const int id = checked(token);
  const std::string& piece = processor_->IdToPiece(id);
  if (!processor_->IsByte(id)) return with_spaces(piece);
  int byte = 0;  // the piece reads <0x41>
  std::from_chars(piece.data() + 3, piece.data() + piece.size() - 1, byte, 16);
  return {static_cast<char>(byte)};
}

void train_sentencepiece(const SentencePieceTraining& training) {
  if (training.vocab_size < kLeastSentencePieceVocab ||
      training.vocab_size > kMostSentencePieceVocab) {
    throw ConfigError(fmt::format(
        "[text] a sentencepiece model has from {} tokens (256 bytes, unknown, begin, end "
        "and one more) to {}, not {}",
        kLeastSentencePieceVocab, kMostSentencePieceVocab, training.vocab_size));
  }
  std::string model;
  LineIterator lines(training.text);
  const auto status = sentencepiece::SentencePieceTrainer::Train(
      std::unordered_map<std::string, std::string>{
          {"vocab_size", std::to_string(training.vocab_size)},
          {"model_type", training.algorithm},
          {"byte_fallback", "true"},
          {"character_coverage", "0.9995"},
          {"num_threads", "1"},
          {"minloglevel", "2"}},
      &lines, &model);
  if (!status.ok()) {
    throw DataError(fmt::format("[text] sentencepiece cannot train on {}: {}",
                                training.text.string(), reason_of(status.ToString())));
  }
  write_file_durably(training.model, model);
}

}  // namespace assay
