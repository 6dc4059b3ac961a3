#include "app/cli/number_text.h"

#include <fmt/format.h>

#include "units/amount_text.h"

namespace assay::app {

std::string grouped(int64_t number) { return with_thousands(std::to_string(number)); }

std::string short_count(int64_t number) {
  const double value = static_cast<double>(number);
  if (number >= 1'000'000'000) return fmt::format("{:.2f}B", value / 1e9);
  if (number >= 1'000'000) return fmt::format("{:.2f}M", value / 1e6);
  return grouped(number);
}

}  // namespace assay::app
