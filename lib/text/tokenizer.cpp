#include "text/tokenizer.h"

#include <array>

namespace assay {

const SpecialTokens& Tokenizer::special_tokens() const {
  static const SpecialTokens kNone;
  return kNone;
}

std::optional<uint32_t> Tokenizer::special_token(std::string_view /*content*/) const {
  return std::nullopt;
}

std::string Tokenizer::token_bytes(int64_t token) const { return decode(std::array{token}); }

}  // namespace assay
