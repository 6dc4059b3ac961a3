#pragma once

#include <optional>
#include <string>
#include <vector>

namespace assay::report {

/// A value with the range it stands for, on a line of its own.
struct RangeRow {
  std::string label;
  std::string href;  ///< what the label leads to, "#claim-x"; empty: nothing
  std::string text;  ///< the value and its range in words
  std::optional<double> value;
  std::optional<double> low;
  std::optional<double> high;
  size_t colour = 0;
  bool strong = false;  ///< the one that the page is about
};

/// A range that all rows are read against: what is usual.
struct RangeBand {
  std::string name;
  double low = 0;
  double high = 0;
};

/// Values side by side on one axis.
struct RangeChart {
  std::string title;
  std::string unit;
  bool logarithmic = false;
  bool percent = false;  ///< values are shares: the axis shows them in percent
  /// Ends that the axis keeps whatever the values are; one beyond the high end gets an arrow.
  std::optional<double> axis_low;
  std::optional<double> axis_high;
  std::vector<RangeRow> rows;
  std::vector<RangeBand> bands;
};

/// The chart as HTML: a line a row with its name, a drawing (inline SVG in percent of the width, so
/// that it fits every screen) and its text. Nothing where no row has a value that the axis shows.
std::string range_chart_html(const RangeChart& chart);

}  // namespace assay::report
