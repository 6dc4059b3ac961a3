#pragma once

#include <string>

#include "report/document.h"

namespace assay::report {

/// Size of a drawing in CSS pixels.
struct PlotSize {
  double width = 760;
  double height = 300;
};

/// A line plot as an inline SVG element: axes, a band from low to high, the line of means, marks,
/// levels, and strips whose titles show when the pointer is over them. Colours come from the CSS
/// classes c0 … c7.
std::string svg_plot(const LinePlot& plot, const PlotSize& size);

}  // namespace assay::report
