#include "audit/output/line_wrap.h"

#include <algorithm>
#include <vector>

#include "audit/output/text_width.h"

namespace assay::audit {
namespace {

constexpr size_t kFurtherIn = 2;

// Where the lines go on that a line is broken into.
size_t hanging_indent(std::string_view line, size_t width) {
  const size_t start = std::min(line.find_first_not_of(' '), line.size());
  const size_t gap = line.find("  ", start);
  const size_t text = gap == std::string_view::npos ? gap : line.find_first_not_of(' ', gap);
  const size_t column =
      text == std::string_view::npos ? start + kFurtherIn : display_width(line.substr(0, text));
  return 2 * column <= width ? column : start + kFurtherIn;
}

bool is_wide(std::string_view character) { return display_width(character) > 1; }

// Marks that no line begins with.
bool closes(std::string_view character) {
  constexpr std::string_view kClosing = "、。，．：；）」』】％～";
  return kClosing.find(character) != std::string_view::npos;
}

std::string_view character_at(std::string_view text, size_t at) {
  size_t end = at + 1;
  while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) ++end;
  return text.substr(at, end - at);
}

// A word, or a character of a script without spaces, with the spaces before it.
struct Piece {
  std::string_view spaces;
  std::string_view word;
};

std::vector<Piece> pieces_of(std::string_view line) {
  std::vector<Piece> pieces;
  for (size_t at = 0; at < line.size();) {
    const size_t begin = std::min(line.find_first_not_of(' ', at), line.size());
    size_t end = begin;
    while (end < line.size() && line[end] != ' ') {
      const std::string_view character = character_at(line, end);
      if (end > begin && is_wide(character) && !closes(character)) break;
      end += character.size();
      const std::string_view next = end < line.size() ? character_at(line, end) : " ";
      if (is_wide(character) && !closes(next)) break;
    }
    pieces.push_back({line.substr(at, begin - at), line.substr(begin, end - begin)});
    at = end;
  }
  return pieces;
}

void append_wrapped(std::string_view line, size_t width, std::string& out) {
  const std::string indent(hanging_indent(line, width), ' ');
  size_t used = 0;
  for (const Piece& piece : pieces_of(line)) {
    const size_t more = piece.spaces.size() + display_width(piece.word);
    if (used > indent.size() && used + more > width) {
      out += "\n" + indent;
      used = indent.size() + display_width(piece.word);
    } else {
      out += piece.spaces;
      used += more;
    }
    out += piece.word;
  }
}

}  // namespace

std::string wrapped(std::string_view text, size_t width) {
  std::string out;
  out.reserve(text.size() + text.size() / 16);
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    if (display_width(line) <= width) {
      out += line;
    } else {
      append_wrapped(line, width, out);
    }
    if (end == text.size()) break;
    out += '\n';
    text.remove_prefix(end + 1);
  }
  return out;
}

}  // namespace assay::audit
