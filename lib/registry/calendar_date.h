#pragma once

#include <string_view>

#include "config/place.h"

namespace assay::registry {

/// The first year that a date may be of: before it nobody trained a network on a machine.
inline constexpr int kFirstYear = 1950;

/// Whether `text` is a date of the calendar: YYYY, YYYY-MM or YYYY-MM-DD, from kFirstYear on.
bool is_date(std::string_view text);

/// Whether `text` is a date and a day: YYYY-MM-DD.
bool is_day(std::string_view text);

/// Throws: DataError at `place` unless `text` is a date or empty.
void require_date(std::string_view text, const Place& place);

}  // namespace assay::registry
