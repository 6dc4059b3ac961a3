#pragma once

#include <vector>

#include "audit/comparison/run_comparison.h"

namespace assay::audit {

/// Geometric mean of positive values with Student's 90 % interval of the mean of their logarithms;
/// no interval for a single value. Source: Student 1908.
SeedMean seed_mean(const std::vector<double>& values);

/// Geometric mean of `b` over that of `a`, with Welch's 90 % interval of the difference of the
/// logarithms' means; no interval where either has a single value. Source: Welch 1947.
SeedMean seed_ratio(const std::vector<double>& b, const std::vector<double>& a);

}  // namespace assay::audit
