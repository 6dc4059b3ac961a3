#pragma once

#include <string>
#include <string_view>

namespace assay::audit {

/// Ends of intervals have this many significant digits at least, in every format.
inline constexpr int kIntervalDigits = 4;

/// Both ends of an interval as people read them.
struct IntervalEnds {
  std::string low;
  std::string high;
};

/// Whether the ends differ before their tenth digit; else an interval is one number.
bool has_width(double low, double high);

/// `digits` significant ones, or as many more as show two digits of the interval's width: 545.471
/// and 545.477.
IntervalEnds interval_ends(double low, double high, int digits = kIntervalDigits);

/// "545.471 - 545.477"; one number where the interval has no width.
std::string ends_text(double low, double high, int digits = kIntervalDigits,
                      std::string_view dash = " - ");

}  // namespace assay::audit
