#include "audit/output/number_text.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>

#include "units/amount_text.h"

namespace assay::audit {
namespace {

// "1.48e+13" -> "1.48e13", "1e-05" -> "1e-5".
std::string short_exponent(std::string text) {
  const size_t e = text.find('e');
  if (e == std::string::npos) return text;
  std::string exponent = text.substr(e + 1);
  const bool negative = exponent[0] == '-';
  if (exponent[0] == '+' || negative) exponent.erase(0, 1);
  exponent.erase(0, std::min(exponent.find_first_not_of('0'), exponent.size() - 1));
  return text.substr(0, e + 1) + (negative ? "-" : "") + exponent;
}

}  // namespace

std::string exact_text(double value) {
  if (!std::isfinite(value)) return value > 0 ? "inf" : "-inf";
  // Fifteen digits hold every decimal that was written; more is what arithmetic left behind.
  value = std::stod(fmt::format("{:.14e}", value));
  const double size = std::abs(value);
  const bool plain = size == 0.0 || (size >= 1e-4 && size < 1e15);
  std::array<char, 64> buffer{};
  const auto [end, error] =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), value,
                    plain ? std::chars_format::fixed : std::chars_format::scientific);
  return short_exponent(std::string(buffer.data(), end));
}

std::string rounded_text(double value, int digits) {
  if (!std::isfinite(value)) return exact_text(value);
  // Through text: scaling by powers of ten would leave noise in the last digits.
  return exact_text(std::stod(fmt::format("{:.{}e}", value, digits - 1)));
}

std::string readable_text(double value, int digits) {
  const std::string text = rounded_text(value, digits);
  return text.find('e') == std::string::npos && std::isfinite(value) ? with_thousands(text) : text;
}

std::string readable_text(double value, std::string_view unit) {
  return unit.empty() ? readable_text(value) : fmt::format("{} {}", readable_text(value), unit);
}

std::string percent_text(double ratio) {
  return fmt::format("{} %", readable_text(ratio * 100, 4));
}

std::string signed_percent_text(double ratio) {
  return (ratio > 0 ? "+" : "") + percent_text(ratio);
}

namespace {

// Characters that change the order or the lines of a terminal: marks, embeddings, overrides and
// isolates of direction, line and paragraph separators, invisible spaces. In UTF-8 all are three
// bytes from E2 or EF, but U+061C.
bool disturbs(uint32_t c) {
  return c == 0x061C || (c >= 0x200B && c <= 0x200F && c != 0x200D) ||
         (c >= 0x2028 && c <= 0x202E) || (c >= 0x2060 && c <= 0x2064) ||
         (c >= 0x2066 && c <= 0x206F) || c == 0xFEFF;
}

// The code point of the two or three bytes at `i`; 0 for other lengths and stray bytes.
uint32_t code_point_at(std::string_view text, size_t i, size_t& bytes) {
  const auto byte = [&](size_t k) { return static_cast<unsigned char>(text[k]); };
  const auto follows = [&](size_t k) { return k < text.size() && (byte(k) & 0xC0u) == 0x80u; };
  if ((byte(i) & 0xE0u) == 0xC0u && follows(i + 1)) {
    bytes = 2;
    return (byte(i) & 0x1Fu) << 6 | (byte(i + 1) & 0x3Fu);
  }
  if ((byte(i) & 0xF0u) == 0xE0u && follows(i + 1) && follows(i + 2)) {
    bytes = 3;
    return (byte(i) & 0x0Fu) << 12 | (byte(i + 1) & 0x3Fu) << 6 | (byte(i + 2) & 0x3Fu);
  }
  return 0;
}

}  // namespace

std::string with_visible_marks(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    size_t bytes = 1;
    const uint32_t wide = code_point_at(text, i, bytes);
    // U+0080 to U+009F are control characters too.
    if ((wide >= 0x80 && wide < 0xA0) || disturbs(wide)) {
      out += fmt::format("\\u{:04x}", wide);
      i += bytes - 1;
    } else {
      out += text[i];
    }
  }
  return out;
}

std::string printable(std::string_view text) {
  std::string out;
  for (const char letter : with_visible_marks(text)) {
    const auto c = static_cast<unsigned char>(letter);
    if (c == '\n' || c == '\t') {
      out += ' ';
    } else if (c < 0x20 || c == 0x7f) {
      out += fmt::format("\\x{:02x}", c);
    } else {
      out += letter;
    }
  }
  return out;
}

}  // namespace assay::audit
