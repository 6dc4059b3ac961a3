#include "config/place.h"

#include <fmt/format.h>

#include "error/error.h"

namespace assay {
namespace {

constexpr size_t kLongestFact = 2000;

// A text of a hostile file as one line of a terminal.
std::string one_line(std::string_view text) {
  std::string out;
  for (const char c : text.substr(0, kLongestFact)) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) {
      out += fmt::format("\\x{:02x}", byte);
    } else {
      out += c;
    }
  }
  if (text.size() <= kLongestFact) return out;
  while (!out.empty() && (static_cast<unsigned char>(out.back()) & 0xC0) == 0x80) out.pop_back();
  if (!out.empty() && static_cast<unsigned char>(out.back()) >= 0xC0) out.pop_back();
  return out + " ...";
}

}  // namespace

std::string to_string(const Place& place) {
  if (!place.document) return "(no document)";
  std::string text = place.document->name;
  if (place.line > 0) text += fmt::format(":{}:{}", place.line, place.column);
  if (!place.document->key.empty()) text += fmt::format(": {}", place.document->key);
  return text;
}

void fail_at(const Place& place, std::string_view fact) {
  const Document document = place.document ? *place.document : Document{};
  const std::string message =
      fmt::format("[{}] {}: {}", document.module, one_line(to_string(place)), one_line(fact));
  if (document.kind == DocumentKind::kData) throw DataError(message);
  throw ConfigError(message);
}

}  // namespace assay
