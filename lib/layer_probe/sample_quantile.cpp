#include "layer_probe/sample_quantile.h"

#include <algorithm>
#include <cmath>

#include "error/error.h"

namespace assay {

double sample_quantile(std::vector<double> samples, double level) {
  check(!samples.empty(), "[layer_probe] a quantile of no samples");
  std::ranges::sort(samples);
  const double place = level * static_cast<double>(samples.size() - 1);
  const auto below = static_cast<size_t>(std::floor(place));
  const size_t above = std::min(below + 1, samples.size() - 1);
  return std::lerp(samples[below], samples[above], place - std::floor(place));
}

}  // namespace assay
