#pragma once

#include <string>
#include <vector>

namespace assay::report {

/// A linear or logarithmic axis with ticks at round numbers.
class ValueScale {
 public:
  /// Spans [low, high]; with `padded` a little more on either side. A logarithmic scale wants both
  /// above zero. Equal ends are set apart.
  static ValueScale over(double low, double high, bool logarithmic, bool padded);

  /// Where a value lies: 0 at the low end, 1 at the high one, held between them.
  [[nodiscard]] double position(double value) const;
  /// Ascending, within the ends.
  [[nodiscard]] const std::vector<double>& ticks() const { return ticks_; }

 private:
  double low_ = 0;  ///< of the value, or of its decimal logarithm
  double high_ = 1;
  bool logarithmic_ = false;
  std::vector<double> ticks_;
};

/// A tick's number, short: "250k", "5M", "1.5B" (1e9), "10T" (1e12), "1e+24".
std::string short_number(double value);

}  // namespace assay::report
