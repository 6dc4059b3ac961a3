#include "app/cli/number_text.h"

#include <fmt/format.h>

namespace assay::app {

std::string grouped(int64_t number) {
  std::string digits = fmt::format("{}", number);
  const size_t first = number < 0 ? 1 : 0;
  for (size_t at = digits.size(); at > first + 3;) {
    at -= 3;
    digits.insert(at, ",");
  }
  return digits;
}

std::string short_count(int64_t number) {
  const double value = static_cast<double>(number);
  if (number >= 1'000'000'000) return fmt::format("{:.2f}B", value / 1e9);
  if (number >= 1'000'000) return fmt::format("{:.2f}M", value / 1e6);
  return grouped(number);
}

}  // namespace assay::app
