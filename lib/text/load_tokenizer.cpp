#include "text/load_tokenizer.h"

#include <fmt/format.h>

#include "error/error.h"
#include "text/byte_tokenizer.h"

namespace assay {

std::shared_ptr<const Tokenizer> load_tokenizer(const std::string& name) {
  if (name == "bytes") return std::make_shared<ByteTokenizer>();
  throw DataError(fmt::format("[text] no tokenizer: {} (known: bytes)", name));
}

std::optional<std::string> vocabulary_mismatch(const Tokenizer& tokenizer,
                                               uint64_t model_vocab_size) {
  if (tokenizer.vocab_size() <= model_vocab_size) return std::nullopt;
  return fmt::format("model.vocab_size is smaller than the tokenizer's ({}): {} < {}",
                     tokenizer.id(), model_vocab_size, tokenizer.vocab_size());
}

}  // namespace assay
