#include "generate/sampling.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "data/philox.h"
#include "error/error.h"

namespace assay {
namespace {

/// "sample" in ASCII: keeps these draws apart from the other users of a seed.
constexpr uint64_t kStream = 0x73616d706c65;

/// The `count` likeliest tokens, likeliest first, ties by number.
std::vector<int64_t> likeliest(std::span<const float> logits, size_t count) {
  std::vector<int64_t> order(logits.size());
  std::iota(order.begin(), order.end(), int64_t{0});
  std::partial_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(count), order.end(),
                    [&](int64_t a, int64_t b) {
                      const float left = logits[static_cast<size_t>(a)];
                      const float right = logits[static_cast<size_t>(b)];
                      return left != right ? left > right : a < b;
                    });
  order.resize(count);
  return order;
}

}  // namespace

int64_t sample_token(std::span<const float> logits, const SamplingOptions& options, uint64_t draw) {
  if (options.temperature < 0 || options.top_k < 0) {
    throw ConfigError(
        fmt::format("[generate] sampling options are negative: temperature {}, top_k {}",
                    options.temperature, options.top_k));
  }
  if (logits.empty() || !std::all_of(logits.begin(), logits.end(),
                                     [](float logit) { return std::isfinite(logit); })) {
    throw TrainingError("[generate] the model's logits are not finite");
  }
  const bool all = options.top_k == 0 || static_cast<size_t>(options.top_k) > logits.size();
  const size_t count = options.temperature == 0 ? 1 : all ? logits.size() : options.top_k;
  const std::vector<int64_t> candidates = likeliest(logits, count);
  if (count == 1) return candidates.front();
  const double largest = logits[static_cast<size_t>(candidates.front())];
  std::vector<double> cumulative(count);
  double total = 0;
  for (size_t i = 0; i < count; ++i) {
    const double logit = logits[static_cast<size_t>(candidates[i])];
    total += std::exp((logit - largest) / options.temperature);
    cumulative[i] = total;
  }
  const double at = total * data::uniform_unit(data::random_block(options.seed, kStream, draw));
  const auto chosen = std::upper_bound(cumulative.begin(), cumulative.end() - 1, at);
  return candidates[static_cast<size_t>(chosen - cumulative.begin())];
}

}  // namespace assay
