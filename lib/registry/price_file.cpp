#include "registry/price_file.h"

#include <fmt/format.h>

#include "registry/calendar_date.h"

namespace assay::registry {

void PriceFile::validate(const FieldPlaces& at) const {
  for (const Located<std::string>* day : {&valid_from, &valid_to}) {
    if (is_day(day->value)) continue;
    fail_at(day->place, fmt::format("a day reads YYYY-MM-DD: \"{}\"", day->value));
  }
  if (valid_to.value < valid_from.value) {
    fail_at(valid_to.place, fmt::format("the last day is before the first: {} to {}",
                                        valid_from.value, valid_to.value));
  }
  const bool is_range = low && high;
  if (price.has_value() == is_range || low.has_value() != high.has_value()) {
    at.fail("price", "a price has `price`, or both `low` and `high`");
  }
  if (!is_range) return;
  const Measure& from = low->value.value;
  const Measure& to = high->value.value;
  if (from.currency != to.currency) {
    fail_at(high->value.place,
            fmt::format("two currencies in one range: \"{}\" to \"{}\"", from.text, to.text));
  }
  if (to.value < from.value) {
    fail_at(high->value.place,
            fmt::format("the range is turned round: \"{}\" to \"{}\"", from.text, to.text));
  }
}

}  // namespace assay::registry
