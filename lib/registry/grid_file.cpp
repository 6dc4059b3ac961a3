#include "registry/grid_file.h"

#include <fmt/format.h>

#include "registry/calendar_date.h"

namespace assay::registry {

void GridFile::validate(const FieldPlaces&) const {
  if (year.value.size() == 4 && is_date(year.value)) return;
  fail_at(year.place, fmt::format("a year reads YYYY: \"{}\"", year.value));
}

}  // namespace assay::registry
