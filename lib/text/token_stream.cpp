#include "text/token_stream.h"

#include <algorithm>
#include <utility>

#include "text/utf8.h"

namespace assay {
namespace {

// Bytes at the end of `text` that may be the begin of a character.
size_t unfinished_size(std::string_view text) {
  for (size_t size = std::min<size_t>(3, text.size()); size > 0; --size) {
    if (begins_utf8_character(text.substr(text.size() - size))) return size;
  }
  return 0;
}

}  // namespace

std::string TokenStream::push(int64_t token) {
  std::string text = std::exchange(held_, {}) + tokenizer_->token_bytes(token);
  const size_t complete = text.size() - unfinished_size(text);
  held_ = text.substr(complete);
  text.resize(complete);
  return text;
}

std::string TokenStream::finish() { return std::exchange(held_, {}); }

}  // namespace assay
