#include "config/key_depth.h"

#include <algorithm>
#include <string>

namespace assay {
namespace {

bool is_quote(char c) { return c == '"' || c == '\''; }

// Behind the string that begins at `at`; the end of the text where it never ends.
size_t end_of_string(std::string_view text, size_t at) {
  const char quote = text[at];
  const bool is_long = text.substr(at, 3) == std::string(3, quote);
  const size_t width = is_long ? 3 : 1;
  for (size_t i = at + width; i < text.size(); ++i) {
    if (text[i] == '\\' && quote == '"') {
      ++i;
    } else if (text[i] == '\n' && !is_long) {
      return i;
    } else if (text[i] == quote && (!is_long || text.substr(i, 3) == text.substr(at, 3))) {
      return i + width;
    }
  }
  return text.size();
}

TextPosition position_of(std::string_view text, size_t at) {
  const std::string_view before = text.substr(0, at);
  const size_t newline = before.rfind('\n');
  return {.line = static_cast<uint32_t>(std::ranges::count(before, '\n') + 1),
          .column = static_cast<uint32_t>(at - (newline == before.npos ? 0 : newline + 1) + 1)};
}

}  // namespace

std::optional<TextPosition> find_deep_key(std::string_view text, size_t limit) {
  size_t dots = 0;  // of the key that goes on here
  for (size_t at = 0; at < text.size();) {
    const char c = text[at];
    if (c == '.') {
      if (++dots >= limit) return position_of(text, at);
      ++at;
    } else if (c == '#') {
      at = std::min(text.find('\n', at), text.size());
    } else if (is_quote(c)) {
      at = end_of_string(text, at);
    } else {
      // Whatever cannot stand in a dotted key ends it.
      const bool goes_on = c == ' ' || c == '\t' || c == '_' || c == '-' ||
                           (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
                           (c >= 'a' && c <= 'z');
      if (!goes_on) dots = 0;
      ++at;
    }
  }
  return std::nullopt;
}

}  // namespace assay
