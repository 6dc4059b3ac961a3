#include "units/amount.h"

#include <fmt/format.h>

namespace assay {

Measure parse_amount(std::string_view text, std::string_view unit) {
  if (text.empty() || text.find(' ') != std::string_view::npos) return parse_measure(text);
  const char letter = text.back() == 'K' ? 'k' : text.back();
  if (std::string_view("kMGBT").find(letter) == std::string_view::npos) {
    return parse_measure(fmt::format("{} {}", text, unit));
  }
  text.remove_suffix(1);
  return parse_measure(fmt::format("{} {}{}", text, letter, unit));
}

}  // namespace assay
