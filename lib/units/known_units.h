#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "units/measure.h"

namespace assay {

/// A unit that a text may name, or of money what stands behind the currency ("/gpu_h").
struct KnownUnit {
  std::string_view unit;
  Dimension dimension;
  double factor;  ///< one of this unit in the base unit: that of the dimension's first row with 1
};

/// All units but those of money. docs/units.md lists them.
std::span<const KnownUnit> known_units();

/// What may stand behind a currency: nothing, or a price's "/gpu_h", "/Mtoken" ...
std::span<const KnownUnit> money_units();

/// Up to three units that a text which is none may have meant, the nearest first: other case
/// ("gwh"), spoken words ("gpu-hours", "dollars per token"), the same beginning ("tokne"). Empty
/// where nothing is like it.
std::vector<std::string> near_units(std::string_view text);

}  // namespace assay
