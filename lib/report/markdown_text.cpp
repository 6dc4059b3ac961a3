#include "report/markdown_text.h"

#include <fmt/format.h>

#include "audit/output/number_text.h"

namespace assay::report {
namespace {

std::string markdown_row(const std::vector<std::string>& cells) {
  std::string line = "|";
  for (const std::string& cell : cells) line += fmt::format(" {} |", markdown_plain(cell));
  return line + "\n";
}

/// With U+FFFD for control characters other than line feed and tabulator, as in HTML.
std::string without_controls(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool control = (byte < 0x20 && c != '\n' && c != '\t') || byte == 0x7f;
    control ? out += "\xEF\xBF\xBD" : out += c;
  }
  return out;
}

}  // namespace

std::string markdown_plain(std::string_view text) {
  std::string out;
  for (const char c : audit::with_visible_marks(text)) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '&') {
      out += "&amp;";
    } else if (c == '<') {
      out += "&lt;";
    } else if (c == '>') {
      out += "&gt;";
    } else if (byte < 0x20 || byte == 0x7f) {
      out += ' ';
    } else {
      if (std::string_view("\\`*_[]|#~").find(c) != std::string_view::npos) out += '\\';
      out += c;
    }
  }
  return out;
}

std::string markdown_fenced(std::string_view text) {
  const std::string visible = without_controls(audit::with_visible_marks(text));
  std::string fence = "```";
  while (visible.find(fence) != std::string::npos) fence += "`";
  return fmt::format("{}\n{}\n{}\n\n", fence, visible, fence);
}

std::string markdown_table(const std::vector<std::string>& header,
                           const std::vector<std::vector<std::string>>& rows) {
  std::string text = markdown_row(header) + "|";
  for (size_t i = 0; i < header.size(); ++i) text += "---|";
  text += "\n";
  for (const auto& row : rows) text += markdown_row(row);
  return text + "\n";
}

}  // namespace assay::report
