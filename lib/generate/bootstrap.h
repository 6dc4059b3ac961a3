#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "units/sourced.h"

namespace assay {

/// One unit of a sample, such as a window or a question: what it adds above and below the line.
struct RatioUnit {
  double numerator = 0;
  double denominator = 1;
};

/// How a bootstrap is done.
struct BootstrapOptions {
  int64_t num_resamples = 1000;
  uint64_t seed = 0;
};

/// sum of numerators / sum of denominators.
double ratio_of(std::span<const RatioUnit> units);

/// The 90 % percentile interval of ratio_of under resampling of whole units with replacement;
/// nothing below two units or two resamples. Depends on its arguments only. Source: Efron and
/// Tibshirani 1993, "An Introduction to the Bootstrap", section 13.3.
std::optional<Bounds<double>> bootstrap_interval(std::span<const RatioUnit> units,
                                                 const BootstrapOptions& options);

}  // namespace assay
