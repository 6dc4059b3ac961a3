#include "formats/csv_writer.h"

#include <fmt/format.h>

namespace assay {
namespace {

// Escape sequences would reach the terminal that shows the file.
std::string without_controls(std::string_view text) {
  std::string out;
  for (const char letter : text) {
    const auto c = static_cast<unsigned char>(letter);
    const bool control = (c < 0x20 && c != '\n' && c != '\r' && c != '\t') || c == 0x7f;
    out += control ? fmt::format("\\x{:02x}", c) : std::string(1, letter);
  }
  return out;
}

}  // namespace

std::string csv_field(std::string_view text) {
  std::string out;
  if (!text.empty() && std::string_view("=+-@\t\r").find(text.front()) != std::string_view::npos) {
    out = "'";
  }
  out += without_controls(text);
  if (out.find_first_of(",\"\n\r") == std::string::npos) return out;
  std::string quoted = "\"";
  for (const char c : out) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + "\"";
}

}  // namespace assay
