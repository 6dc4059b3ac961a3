#pragma once

#include <string_view>

#include "units/measure.h"

namespace assay {

/// A number of `unit` ("token", "param") as people write it on a command line: "15e12", "14.8T",
/// "300B" (or "300G", "10M", "5k"), or with its unit like every measure: "15 Ttoken". Throws:
/// DataError as parse_measure, which also takes another unit: the caller looks at the dimension.
Measure parse_amount(std::string_view text, std::string_view unit);

}  // namespace assay
