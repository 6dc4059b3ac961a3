#include "text/byte_tokenizer.h"

#include <fmt/format.h>

#include "error/error.h"

namespace assay {

std::vector<uint32_t> ByteTokenizer::encode(std::string_view text) const {
  const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
  return {bytes, bytes + text.size()};
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
