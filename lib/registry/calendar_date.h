#pragma once

#include <string_view>

#include "config/place.h"

namespace assay::registry {

/// Whether `text` is a date of the calendar: YYYY, YYYY-MM or YYYY-MM-DD. The year 0000 is none.
bool is_date(std::string_view text);

/// Whether `text` is a day of the calendar: YYYY-MM-DD.
bool is_day(std::string_view text);

/// Throws: DataError at `place` unless `text` is a date or empty.
void require_date(std::string_view text, const Place& place);

}  // namespace assay::registry
