#include "plan/plan_figure.h"

#include <cmath>
#include <utility>

namespace assay {

Factor exact_factor(double value) { return {value, value, value}; }

Factor factor_between(double low, double high) { return {std::sqrt(low * high), low, high}; }

Factor inverse(const Factor& f) { return {1 / f.median, 1 / f.high, 1 / f.low}; }

Factor product(const Factor& a, const Factor& b) {
  const double median = a.median * b.median;
  const double down = std::hypot(std::log(a.median / a.low), std::log(b.median / b.low));
  const double up = std::hypot(std::log(a.high / a.median), std::log(b.high / b.median));
  return {median, median * std::exp(-down), median * std::exp(up)};
}

PlannedFigure known_figure(std::string name, std::string unit, const Factor& factor,
                           Provenance provenance, std::string basis) {
  return {.name = std::move(name),
          .unit = std::move(unit),
          .value = factor.median,
          .low = factor.low,
          .high = factor.high,
          .provenance = provenance,
          .basis = std::move(basis)};
}

PlannedFigure unknown_figure(std::string name, std::string unit, std::string why) {
  return {.name = std::move(name), .unit = std::move(unit), .basis = std::move(why)};
}

}  // namespace assay
