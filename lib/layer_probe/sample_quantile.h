#pragma once

#include <vector>

namespace assay {

/// The value below which a share `level` (0 to 1) of the samples lies, linear between neighbours;
/// 0.5 is the median. Source: Hyndman & Fan 1996, definition 7. There must be a sample.
double sample_quantile(std::vector<double> samples, double level);

}  // namespace assay
