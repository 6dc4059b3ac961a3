#include "text/load_tokenizer.h"

#include <fmt/format.h>

#include <filesystem>

#include "error/error.h"
#include "text/bpe/bpe_tokenizer.h"
#include "text/byte_tokenizer.h"
#include "text/sentencepiece_tokenizer.h"

namespace assay {

std::filesystem::path tokenizer_file(const std::string& name) {
  if (name == "bytes") return {};
  const std::filesystem::path path = name;
  return std::filesystem::is_directory(path) ? path / "tokenizer.json" : path;
}

std::shared_ptr<const Tokenizer> load_tokenizer(const std::string& name) {
  const std::filesystem::path path = tokenizer_file(name);
  if (path.empty()) return std::make_shared<ByteTokenizer>();
  if (!std::filesystem::exists(path)) {
    throw DataError(
        fmt::format("[text] no tokenizer: {} (neither \"bytes\" nor a file)", path.string()));
  }
  if (path.extension() == ".json") return BpeTokenizer::load(path);
  if (path.extension() == ".model") return SentencePieceTokenizer::load(path);
  throw DataError(fmt::format("[text] not a tokenizer: {} (known: bytes, FILE.json, FILE.model)",
                              path.string()));
}

std::optional<std::string> vocabulary_mismatch(const Tokenizer& tokenizer,
                                               uint64_t model_vocab_size) {
  if (tokenizer.vocab_size() <= model_vocab_size) return std::nullopt;
  return fmt::format("model.vocab_size is smaller than the tokenizer's ({}): {} < {}",
                     tokenizer.id(), model_vocab_size, tokenizer.vocab_size());
}

void require_vocabulary(const Tokenizer& tokenizer, uint64_t model_vocab_size,
                        const std::string& weights, std::string_view advice) {
  constexpr uint64_t kMostPadding = 1024;  // no published model has more
  const uint64_t size = tokenizer.vocab_size();
  if (size <= model_vocab_size && model_vocab_size - size <= kMostPadding) return;
  throw DataError(fmt::format(
      "[text] the tokenizer is of another vocabulary than the model: {} has {} tokens, {} has {}{}",
      tokenizer.id(), size, weights, model_vocab_size, advice));
}

}  // namespace assay
