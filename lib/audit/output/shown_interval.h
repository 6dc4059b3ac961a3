#pragma once

#include <optional>
#include <string_view>

#include "audit/verdict.h"

namespace assay::audit {

/// The interval that every report shows beside a number of a verdict.
struct ShownInterval {
  double low = 0;
  double high = 0;
  bool drawn = false;  ///< the 90 % interval of the drawn inputs, else what printed rounding allows
};

/// Of `number`, which the verdict's uncertain number `id` ("recomputed", "implied_price") was drawn
/// for: in the unit of `number`. Nothing where it has no width.
std::optional<ShownInterval> shown_interval(const Verdict& verdict, std::string_view id,
                                            const CheckNumber& number);

}  // namespace assay::audit
