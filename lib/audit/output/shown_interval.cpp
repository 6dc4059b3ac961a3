#include "audit/output/shown_interval.h"

#include "audit/output/interval_ends.h"

namespace assay::audit {

std::optional<ShownInterval> shown_interval(const Verdict& verdict, std::string_view id,
                                            const CheckNumber& number) {
  for (const UncertainNumber& one : verdict.uncertain) {
    if (one.id != id || !one.interval || one.value == 0) continue;
    if (!has_width(one.interval->low, one.interval->high)) return std::nullopt;
    const double scale = number.value / one.value;  // the formula may be in another unit
    return ShownInterval{one.interval->low * scale, one.interval->high * scale, true};
  }
  if (!number.bounds || !has_width(number.bounds->low, number.bounds->high)) return std::nullopt;
  return ShownInterval{number.bounds->low, number.bounds->high, false};
}

}  // namespace assay::audit
