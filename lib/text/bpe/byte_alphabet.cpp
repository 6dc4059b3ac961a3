#include "text/bpe/byte_alphabet.h"

#include <array>
#include <cstdint>

namespace assay {
namespace {

constexpr int kNoByte = -1;
constexpr size_t kTableSize = 0x180;

// From code point to byte.
std::array<int, kTableSize> make_table() {
  std::array<int, kTableSize> table{};
  table.fill(kNoByte);
  uint32_t next = 0x100;
  for (int byte = 0; byte < 256; ++byte) {
    const bool is_itself = (byte >= '!' && byte <= '~') || (byte >= 0xA1 && byte != 0xAD);
    table.at(is_itself ? static_cast<uint32_t>(byte) : next++) = byte;
  }
  return table;
}

}  // namespace

std::optional<std::string> bytes_of_token(std::string_view token) {
  static const std::array<int, kTableSize> kTable = make_table();
  std::string bytes;
  for (size_t at = 0; at < token.size(); ++at) {
    uint32_t point = static_cast<unsigned char>(token[at]);
    if (point >= 0x80) {
      // The table ends below U+0800: two bytes a character.
      if ((point & 0xE0U) != 0xC0 || at + 1 == token.size()) return std::nullopt;
      point = ((point & 0x1FU) << 6) | (static_cast<unsigned char>(token[++at]) & 0x3FU);
    }
    if (point >= kTableSize || kTable.at(point) == kNoByte) return std::nullopt;
    bytes.push_back(static_cast<char>(kTable.at(point)));
  }
  return bytes;
}

}  // namespace assay
