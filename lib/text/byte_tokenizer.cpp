#include "text/byte_tokenizer.h"

#include <fmt/format.h>

#include "error/error.h"

namespace assay {

std::vector<uint32_t> ByteTokenizer::encode(std::string_view text) const {
  std::vector<uint32_t> tokens;
  tokens.reserve(text.size());
  for (const char c : text) tokens.push_back(static_cast<unsigned char>(c));
  return tokens;
}

std::string ByteTokenizer::decode(std::span<const int64_t> tokens) const {
  std::string text;
  text.reserve(tokens.size());
  for (const int64_t token : tokens) {
    if (token < 0 || token > 255) {
      throw DataError(fmt::format("[text] no byte has the token {}", token));
    }
    text.push_back(static_cast<char>(token));
  }
  return text;
}

}  // namespace assay
