#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "units/quantity.h"

namespace assay {

/// What a GPU says about itself, counted since its driver was loaded. What it does not tell is
/// absent and not 0.
struct GpuHealth {
  std::string uuid;
  /// Time that clocks were held down: "power", "thermal", "board_limit", "reliability". They
  /// overlap.
  std::map<std::string, Seconds> throttled;
  std::map<std::string, int64_t> ecc_errors;  ///< "corrected", "uncorrected"
};

}  // namespace assay
