#pragma once

#include <string>
#include <vector>

namespace assay::report {

/// The ticks of an axis: round numbers that span the data.
struct Axis {
  double low = 0;
  double high = 1;
  std::vector<double> ticks;  ///< ascending, all within [low, high]
  double step = 1;

  /// Where `value` lies between low (0) and high (1).
  [[nodiscard]] double position(double value) const { return (value - low) / (high - low); }
  /// A tick as text, with as many decimals as `step` needs; large ones short ("20k").
  [[nodiscard]] std::string label(double tick) const;
};

/// An axis over [low, high] with about `num_ticks` ticks at 1, 2, 2.5 or 5 times a power of ten.
/// With `round_out` the axis ends at ticks, else at the data.
Axis make_axis(double low, double high, int num_ticks, bool round_out);

}  // namespace assay::report
