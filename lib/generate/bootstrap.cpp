#include "generate/bootstrap.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "data/philox.h"

namespace assay {
namespace {

constexpr uint64_t kBootstrapStream = 0x626f6f74;  // "boot" in ASCII
constexpr double kLowerShare = 0.05;

double resampled_ratio(std::span<const RatioUnit> units, uint64_t seed, uint64_t resample) {
  double numerator = 0;
  double denominator = 0;
  for (uint64_t draw = 0; draw < units.size(); ++draw) {
    const auto block = data::random_block(seed, kBootstrapStream + (resample << 32), draw);
    const RatioUnit& unit = units[data::uniform_index(block, units.size())];
    numerator += unit.numerator;
    denominator += unit.denominator;
  }
  return numerator / denominator;
}

}  // namespace

double ratio_of(std::span<const RatioUnit> units) {
  double numerator = 0;
  double denominator = 0;
  for (const RatioUnit& unit : units) {
    numerator += unit.numerator;
    denominator += unit.denominator;
  }
  return numerator / denominator;
}

std::optional<Bounds<double>> bootstrap_interval(std::span<const RatioUnit> units,
                                                 const BootstrapOptions& options) {
  if (units.size() < 2 || options.num_resamples < 2) return std::nullopt;
  std::vector<double> ratios;
  for (int64_t i = 0; i < options.num_resamples; ++i) {
    ratios.push_back(resampled_ratio(units, options.seed, static_cast<uint64_t>(i)));
  }
  std::ranges::sort(ratios);
  const auto last = static_cast<double>(ratios.size() - 1);
  const auto low = static_cast<size_t>(std::floor(kLowerShare * last));
  return Bounds<double>{ratios[low], ratios[ratios.size() - 1 - low]};
}

}  // namespace assay
