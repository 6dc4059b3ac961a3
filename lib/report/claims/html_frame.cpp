#include <fmt/format.h>

#include <cstdint>
#include <string>

#include "digest/sha256.h"
#include "report/claims/claims_html.h"
#include "report/html.h"
#include "report/html_text.h"
#include "report/wording.h"

namespace assay::report {
namespace {

// A digest's hex digits as base64, the way a policy names a script (RFC 4648, section 4).
std::string base64_of_hex(const std::string& hex) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string bytes;
  for (size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
  }
  std::string out;
  for (size_t i = 0; i < bytes.size(); i += 3) {
    uint32_t group = 0;
    for (size_t k = 0; k < 3; ++k) {
      group = group << 8U | (i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0U);
    }
    const size_t digits = std::min<size_t>(3, bytes.size() - i) + 1;
    for (size_t k = 0; k < 4; ++k) {
      out += k < digits ? kDigits[group >> (18 - 6 * k) & 63U] : '=';
    }
  }
  return out;
}

}  // namespace

std::string framed_html(const HtmlFrame& frame, const std::string& main) {
  const bool japanese = frame.language == audit::Language::kJapanese;
  const std::string allowed =
      frame.script.empty()
          ? std::string()
          : fmt::format("; script-src 'sha256-{}'", base64_of_hex(sha256(frame.script)));
  std::string text = fmt::format(
      "<!DOCTYPE html>\n<html lang=\"{}\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
      "content=\"width=device-width, initial-scale=1\"><meta name=\"color-scheme\" "
      "content=\"light dark\"><meta name=\"referrer\" content=\"no-referrer\"><meta "
      "http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
      "'unsafe-inline'; base-uri 'none'; form-action 'none'{}\"><title>{}: {}</title><style>{}{}"
      "</style></head>\n<body><header><p class=\"kicker\">{}</p><h1>{}</h1></header>\n<nav>",
      japanese ? "ja" : "en", allowed, escape(frame.kicker), escape(frame.title), html_style(),
      claims_style(), escape(frame.kicker), escape(frame.title));
  for (const auto& [fragment, title] : frame.navigation) {
    text += fmt::format("<a href=\"#{}\">{}</a>", escape(fragment), escape(title));
  }
  text += fmt::format("</nav>\n<main>{}</main><footer><dl class=\"meta\">", main);
  for (const auto& [name, value] : frame.meta) {
    if (value.empty()) continue;
    text +=
        fmt::format("<div><dt>{}</dt><dd><code>{}</code></dd></div>", escape(name), escape(value));
  }
  text += fmt::format("</dl><p>{}</p></footer>", escape(report::wording(frame.language, "footer")));
  if (!frame.script.empty()) text += fmt::format("<script>{}</script>", frame.script);
  return text + "</body></html>\n";
}

}  // namespace assay::report
