#pragma once

#include <string>

#include "plan/training_plan.h"
#include "units/sourced.h"

namespace assay {

/// A factor with its 90 % interval; factors of a product are taken as independent and log-normal.
struct Factor {
  double median = 1;
  double low = 1;
  double high = 1;
};

Factor exact_factor(double value);
/// Its median is the geometric mean.
Factor factor_between(double low, double high);
Factor inverse(const Factor& f);
/// Half-widths of logarithms add by their squares.
Factor product(const Factor& a, const Factor& b);

/// A figure of a plan that is known, and one that is not.
PlannedFigure known_figure(std::string name, std::string unit, const Factor& factor,
                           Provenance provenance, std::string basis);
PlannedFigure unknown_figure(std::string name, std::string unit, std::string why);

}  // namespace assay
