#pragma once

#include <optional>
#include <string>
#include <vector>

#include "audit/uncertainty/monte_carlo.h"

namespace assay {

/// What one input would have to be, the others kept, for a formula to give the claimed value.
struct NeededInput {
  std::string name;
  std::string stated;  ///< what it is: "2.0 USD/gpu_h", "0.2 - 0.6 (uniform)"
  std::string unit;
  double value = 0;            ///< at which the claim holds exactly, in `unit`
  std::optional<double> low;   ///< from here to `high` it holds within the printed rounding;
  std::optional<double> high;  ///< absent where that side is open or out of reach
  /// Where the claim breaks: beyond it the work would need more than the physical bound of the
  /// device. Only for numbers that follow from compute.
  std::optional<double> breaks;
};

/// A computed number of a verdict with its 90 % interval, what moves it and what would have to be
/// true for it to be as claimed.
struct UncertainNumber {
  std::string id;  ///< "recomputed", "implied_mfu", "implied_price", "from_compute",
                   ///< "tokens_from_hours"
  std::string title;
  std::string formula;
  std::string unit;
  double value = 0;
  std::optional<audit::DrawnInterval> interval;
  std::vector<audit::InputEffect> effects;
  std::vector<NeededInput> needed;
};

}  // namespace assay
