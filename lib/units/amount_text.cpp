#include "units/amount_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace assay {

std::string with_thousands(std::string digits) {
  const size_t point = std::min(digits.find('.'), digits.size());
  const size_t first = digits.starts_with('-') ? 1 : 0;
  for (size_t i = point; i > first + 3; i -= 3) digits.insert(i - 3, 1, ',');
  return digits;
}

std::string amount_text(double value) {
  constexpr double kGroupedFrom = 999.95;  // where four digits would round to a thousand
  constexpr double kGroupedTo = 1e15;
  if (std::abs(value) >= kGroupedFrom && std::abs(value) < kGroupedTo) {
    return with_thousands(fmt::format("{:.0f}", value));
  }
  std::string text = fmt::format("{:.4g}", value);
  const size_t plus = text.find("e+");
  if (plus != std::string::npos) text.erase(plus + 1, 1);
  return text;
}

}  // namespace assay
