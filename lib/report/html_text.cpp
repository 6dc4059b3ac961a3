#include "report/html_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "audit/output/number_text.h"

namespace assay::report {

std::string escape(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : audit::with_visible_marks(text)) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default: {
        const auto byte = static_cast<unsigned char>(c);
        const bool control = (byte < 0x20 && c != '\n' && c != '\t') || byte == 0x7f;
        if (control) {
          out += "\xEF\xBF\xBD";
        } else {
          out += c;
        }
      }
    }
  }
  return out;
}

bool is_web_address(std::string_view url) {
  if (!url.starts_with("https://") && !url.starts_with("http://")) return false;
  return std::none_of(url.begin(), url.end(), [](char c) {
    return static_cast<unsigned char>(c) <= 0x20 || c == 0x7f || c == '"' || c == '\'' ||
           c == '<' || c == '>' || c == '\\';
  });
}

std::string link(std::string_view url, std::string_view text) {
  if (!is_web_address(url)) return escape(text);
  return fmt::format("<a href=\"{}\" rel=\"noopener noreferrer\">{}</a>", escape(url),
                     escape(text));
}

}  // namespace assay::report
