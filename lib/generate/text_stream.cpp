#include "generate/text_stream.h"

#include <algorithm>

namespace assay {
namespace {

/// Bytes at the end of `text` that begin a character whose other bytes are still to come.
size_t unfinished_character(std::string_view text) {
  const size_t most = std::min<size_t>(text.size(), 3);
  for (size_t size = 1; size <= most; ++size) {
    const auto byte = static_cast<unsigned char>(text[text.size() - size]);
    if (byte < 0x80) return 0;
    if (byte < 0xC0) continue;  // not the first byte of its character
    const size_t wanted = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : 2;
    return wanted > size ? size : 0;
  }
  return 0;
}

/// Bytes at the end of `text` that begin `stop_text`.
size_t begun(std::string_view text, std::string_view stop_text) {
  for (size_t size = std::min(text.size(), stop_text.size() - 1); size > 0; --size) {
    if (text.substr(text.size() - size) == stop_text.substr(0, size)) return size;
  }
  return 0;
}

}  // namespace

TextStream::TextStream(const Tokenizer& tokenizer, std::vector<std::string> stop_texts)
    : tokenizer_(tokenizer), stop_texts_(std::move(stop_texts)) {
  std::erase_if(stop_texts_, [](const std::string& text) { return text.empty(); });
}

void TextStream::cut_at_stop_text(size_t searched) {
  size_t cut = std::string::npos;
  for (const std::string& stop : stop_texts_) {
    const size_t from = searched < stop.size() ? 0 : searched - stop.size() + 1;
    cut = std::min(cut, text_.find(stop, from));
  }
  if (cut == std::string::npos) return;
  stopped_ = true;
  text_.resize(cut);
}

size_t TextStream::num_held_back() const {
  size_t held = unfinished_character(text_);
  for (const std::string& stop : stop_texts_) held = std::max(held, begun(text_, stop));
  return held;
}

std::string TextStream::push(int64_t token) {
  if (stopped_) return {};
  const size_t searched = text_.size();
  text_ += tokenizer_.token_bytes(token);
  cut_at_stop_text(searched);
  const size_t end = stopped_ ? text_.size() : text_.size() - num_held_back();
  if (end <= handed_out_) return {};
  std::string fresh = text_.substr(handed_out_, end - handed_out_);
  handed_out_ = end;
  return fresh;
}

std::string TextStream::finish() {
  std::string rest = text_.substr(std::min(handed_out_, text_.size()));
  handed_out_ = text_.size();
  return rest;
}

}  // namespace assay
