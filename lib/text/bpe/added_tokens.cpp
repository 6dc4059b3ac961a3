#include "text/bpe/added_tokens.h"

#include <algorithm>
#include <cstring>

namespace assay {
namespace {

// The property White_Space, as Rust's regex has it in \s: the size of the character, or 0.
size_t space_size(std::string_view text) {
  if (text.empty()) return 0;
  const char c = text[0];
  if (c == ' ' || (c >= '\t' && c <= '\r')) return 1;
  for (const std::string_view space : {"\xC2\x85", "\xC2\xA0"}) {
    if (text.starts_with(space)) return 2;
  }
  if (text.size() < 3) return 0;
  const std::string_view head = text.substr(0, 3);
  const auto last = static_cast<unsigned char>(head[2]);
  const bool is_general =
      head.starts_with("\xE2\x80") &&
      ((last >= 0x80 && last <= 0x8A) || last == 0xA8 || last == 0xA9 || last == 0xAF);
  const bool is_space =
      is_general || head == "\xE1\x9A\x80" || head == "\xE2\x81\x9F" || head == "\xE3\x80\x80";
  return is_space ? 3 : 0;
}

size_t spaces_at_start(std::string_view text) {
  size_t at = 0;
  while (const size_t size = space_size(text.substr(at))) at += size;
  return at;
}

size_t begin_of_spaces_at_end(std::string_view text) {
  size_t begin = text.size();
  while (begin > 0) {
    size_t size = 1;
    while (size < begin && size < 3 &&
           (static_cast<unsigned char>(text[begin - size]) & 0xC0U) == 0x80)
      ++size;
    if (space_size(text.substr(begin - size, size)) != size) break;
    begin -= size;
  }
  return begin;
}

unsigned char first_byte(const AddedToken& token) {
  return static_cast<unsigned char>(token.content.front());
}

}  // namespace

AddedTokens::AddedTokens(std::vector<AddedToken> tokens) : tokens_(std::move(tokens)) {
  std::ranges::stable_sort(tokens_, [](const AddedToken& a, const AddedToken& b) {
    if (first_byte(a) != first_byte(b)) return first_byte(a) < first_byte(b);
    return a.content.size() > b.content.size();
  });
  for (size_t i = 0; i < tokens_.size(); ++i) {
    auto& [begin, end] = begins_.at(first_byte(tokens_[i]));
    if (begin == end) {
      begin = i;
      first_bytes_.push_back(first_byte(tokens_[i]));
    }
    end = i + 1;
  }
}

const AddedToken* AddedTokens::find_at(std::string_view text) const {
  const auto [begin, end] = begins_.at(static_cast<unsigned char>(text.front()));
  for (size_t i = begin; i < end; ++i) {
    if (text.starts_with(tokens_[i].content)) return &tokens_[i];
  }
  return nullptr;
}

void AddedTokens::split(
    std::string_view text,
    const std::function<void(std::optional<uint32_t> token, std::string_view part)>& take) const {
  size_t done = 0;  // what lies before was given to `take`
  for (size_t at = 0; at < text.size() && !tokens_.empty();) {
    if (first_bytes_.size() == 1) {
      const void* next = std::memchr(text.data() + at, first_bytes_.front(), text.size() - at);
      if (next == nullptr) break;
      at = static_cast<size_t>(static_cast<const char*>(next) - text.data());
    }
    const AddedToken* found = find_at(text.substr(at));
    if (found == nullptr) {
      ++at;
      continue;
    }
    size_t begin = at;
    size_t end = at + found->content.size();
    at = end;
    if (found->is_left_open) begin = std::max(done, begin_of_spaces_at_end(text.substr(0, begin)));
    if (found->is_right_open) end += spaces_at_start(text.substr(end));
    if (done < begin) take(std::nullopt, text.substr(done, begin - done));
    take(found->token, text.substr(begin, end - begin));
    done = end;
  }
  if (done < text.size() || text.empty()) take(std::nullopt, text.substr(done));
}

}  // namespace assay
