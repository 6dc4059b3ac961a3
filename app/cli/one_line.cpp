#include "app/cli/one_line.h"

#include <fmt/format.h>

#include "audit/output/number_text.h"

namespace assay::app {

std::string one_line(std::string_view text) {
  std::string line;
  for (const char c : audit::with_visible_marks(text)) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\n') {
      line += "\\n";
    } else if (c == '\t') {
      line += "\\t";
    } else if (byte < 0x20 || byte == 0x7f) {
      line += fmt::format("\\x{:02x}", byte);
    } else {
      line += c;
    }
  }
  return line;
}

}  // namespace assay::app
