#include "text/utf8.h"

namespace assay {
namespace {

struct SecondByte {
  unsigned low;
  unsigned high;
};

// The second byte alone excludes overlong forms, surrogates and what lies above U+10FFFF.
SecondByte second_byte(unsigned lead) {
  return {.low = lead == 0xE0   ? 0xA0U
                 : lead == 0xF0 ? 0x90U
                                : 0x80U,
          .high = lead == 0xED   ? 0x9FU
                  : lead == 0xF4 ? 0x8FU
                                 : 0xBFU};
}

// Bytes of the character that starts at text[0], or 0 where none is well-formed.
size_t character_size(std::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned lead = byte(0);
  if (lead < 0x80) return 1;
  const size_t size = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < size) return 0;
  const auto [low, high] = second_byte(lead);
  if (byte(1) < low || byte(1) > high) return 0;
  for (size_t i = 2; i < size; ++i) {
    if (byte(i) < 0x80 || byte(i) > 0xBF) return 0;
  }
  return size;
}

}  // namespace

size_t valid_utf8_prefix(std::string_view text) {
  size_t at = 0;
  while (at < text.size()) {
    const size_t size = character_size(text.substr(at));
    if (size == 0) return at;
    at += size;
  }
  return at;
}

bool begins_utf8_character(std::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  if (text.empty() || byte(0) < 0xC2 || byte(0) > 0xF4) return false;
  const size_t size = byte(0) >= 0xF0 ? 4 : byte(0) >= 0xE0 ? 3 : 2;
  if (text.size() >= size) return false;
  const auto [low, high] = second_byte(byte(0));
  if (text.size() > 1 && (byte(1) < low || byte(1) > high)) return false;
  return text.size() < 3 || (byte(2) & 0xC0U) == 0x80;
}

std::string replace_invalid_utf8(std::string_view text, uint64_t& num_invalid) {
  std::string valid;
  valid.reserve(text.size());
  while (true) {
    const size_t good = valid_utf8_prefix(text);
    valid += text.substr(0, good);
    text.remove_prefix(good);
    if (text.empty()) return valid;
    size_t bad = 1;
    while (bad < text.size() && bad < 4 && begins_utf8_character(text.substr(0, bad + 1))) ++bad;
    valid += kReplacementCharacter;
    ++num_invalid;
    text.remove_prefix(bad);
  }
}

}  // namespace assay
