#include "registry/calendar_date.h"

#include <fmt/format.h>

#include <cctype>
#include <charconv>
#include <chrono>

namespace assay::registry {
namespace {

bool has_shape(std::string_view text) {
  if (text.size() != 4 && text.size() != 7 && text.size() != 10) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool dash = i == 4 || i == 7;
    if (dash ? text[i] != '-' : !std::isdigit(static_cast<unsigned char>(text[i]))) return false;
  }
  return true;
}

unsigned number_at(std::string_view text, size_t start, size_t size) {
  unsigned value = 0;
  std::from_chars(text.data() + start, text.data() + start + size, value);
  return value;
}

}  // namespace

bool is_date(std::string_view text) {
  if (!has_shape(text)) return false;
  const std::chrono::year year(static_cast<int>(number_at(text, 0, 4)));
  const std::chrono::month month(text.size() >= 7 ? number_at(text, 5, 2) : 1);
  const std::chrono::day day(text.size() == 10 ? number_at(text, 8, 2) : 1);
  return year >= std::chrono::year(kFirstYear) &&
         std::chrono::year_month_day(year, month, day).ok();
}

bool is_day(std::string_view text) { return text.size() == 10 && is_date(text); }

void require_date(std::string_view text, const Place& place) {
  if (text.empty() || is_date(text)) return;
  fail_at(place, fmt::format("a date reads YYYY, YYYY-MM or YYYY-MM-DD, {} or later: \"{}\"",
                             kFirstYear, text));
}

}  // namespace assay::registry
