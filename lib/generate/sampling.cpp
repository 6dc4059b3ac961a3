#include "generate/sampling.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>
#include <vector>

#include "data/philox.h"
#include "error/error.h"

namespace assay {
namespace {

/// "sample" and "seed" in ASCII: keep these draws apart from the other users of a seed.
constexpr uint64_t kStream = 0x73616d706c65;
constexpr uint64_t kSeedStream = 0x73656564;

/// More than this many candidates are rarely needed to reach top_p; the rest is sorted where they
/// are.
constexpr size_t kFirstCandidates = 256;

/// Puts the `count` likeliest of `order` first, likeliest first, ties by number.
void sort_likeliest(std::span<const float> logits, std::vector<int64_t>& order, size_t count) {
  const auto likelier = [&](int64_t a, int64_t b) {
    const float left = logits[static_cast<size_t>(a)];
    const float right = logits[static_cast<size_t>(b)];
    return left != right ? left > right : a < b;
  };
  std::partial_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(count), order.end(),
                    likelier);
}

/// All logits, with those of `history` penalised once each.
std::vector<float> penalised(std::span<const float> logits, std::span<const int64_t> history,
                             double penalty) {
  std::vector<float> result(logits.begin(), logits.end());
  for (const int64_t token : std::set<int64_t>(history.begin(), history.end())) {
    if (token < 0 || static_cast<size_t>(token) >= result.size()) continue;
    float& logit = result[static_cast<size_t>(token)];
    logit = static_cast<float>(logit > 0 ? logit / penalty : logit * penalty);
  }
  return result;
}

int64_t likeliest(std::span<const float> logits) {
  return std::max_element(logits.begin(), logits.end()) - logits.begin();
}

/// exp((logit - largest) / temperature) of the candidates.
std::vector<double> weights_of(std::span<const float> logits, const std::vector<int64_t>& order,
                               size_t count, double temperature) {
  std::vector<double> weights(count);
  const double largest = logits[static_cast<size_t>(order.front())];
  for (size_t i = 0; i < count; ++i) {
    weights[i] = std::exp((logits[static_cast<size_t>(order[i])] - largest) / temperature);
  }
  return weights;
}

/// How many of the sorted weights top_p keeps; all of them where they do not reach it.
size_t kept_by_top_p(const std::vector<double>& weights, double total, double top_p) {
  double sum = 0;
  for (size_t i = 0; i < weights.size(); ++i) {
    sum += weights[i];
    if (sum >= top_p * total) return i + 1;
  }
  return weights.size();
}

double total_weight(std::span<const float> logits, float largest, double temperature) {
  double total = 0;
  for (const float logit : logits) {
    total += std::exp((static_cast<double>(logit) - largest) / temperature);
  }
  return total;
}

/// Sorts the tokens that top_k and top_p leave to the front of `order`: their weights.
std::vector<double> likeliest_candidates(std::span<const float> logits,
                                         const SamplingOptions& options,
                                         std::vector<int64_t>& order) {
  const size_t all = logits.size();
  const size_t allowed = options.top_k == 0 ? all : std::min<size_t>(all, options.top_k);
  const bool by_top_p_alone = options.top_p < 1 && allowed == all;
  const size_t first = by_top_p_alone ? std::min(all, kFirstCandidates) : allowed;
  sort_likeliest(logits, order, first);
  std::vector<double> weights = weights_of(logits, order, first, options.temperature);
  if (options.top_p == 1) return weights;
  double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
  if (by_top_p_alone) {
    const float largest = logits[static_cast<size_t>(order.front())];
    const double total = total_weight(logits, largest, options.temperature);
    if (sum < options.top_p * total && first < all) {
      sort_likeliest(logits, order, all);
      weights = weights_of(logits, order, all, options.temperature);
    }
    sum = total;
  }
  weights.resize(kept_by_top_p(weights, sum, options.top_p));
  return weights;
}

/// The tokens that the options leave, in `order`, and their weights.
std::vector<double> candidates(std::span<const float> logits, const SamplingOptions& options,
                               std::vector<int64_t>& order) {
  order.resize(logits.size());
  std::iota(order.begin(), order.end(), int64_t{0});
  const bool sorted = options.top_k > 0 || options.top_p < 1;
  std::vector<double> weights;
  if (sorted) {
    weights = likeliest_candidates(logits, options, order);
  } else {  // the order does not matter, and sorting a whole vocabulary takes milliseconds
    const auto largest = std::max_element(logits.begin(), logits.end());
    std::swap(order.front(), order[static_cast<size_t>(largest - logits.begin())]);
    weights = weights_of(logits, order, logits.size(), options.temperature);
  }
  if (options.min_p > 0) {  // the likeliest has the weight 1
    for (double& weight : weights) {
      if (weight < options.min_p) weight = 0;
    }
  }
  return weights;
}

}  // namespace

void check_sampling(const SamplingOptions& options) {
  // Comparisons with a number that is none are false: what must hold is asked, not what must not.
  if (!(options.temperature >= 0 && std::isfinite(options.temperature)) || options.top_k < 0) {
    throw ConfigError(
        fmt::format("[generate] temperature and top_k are numbers from 0 up: temperature {}, "
                    "top_k {}",
                    options.temperature, options.top_k));
  }
  const bool in_range = options.top_p > 0 && options.top_p <= 1 && options.min_p >= 0 &&
                        options.min_p <= 1 && options.repetition_penalty > 0 &&
                        std::isfinite(options.repetition_penalty);
  if (!in_range) {
    throw ConfigError(fmt::format(
        "[generate] sampling options are out of range: top_p {} (above 0, at most 1), min_p {} "
        "(0 to 1), repetition_penalty {} (above 0)",
        options.top_p, options.min_p, options.repetition_penalty));
  }
}

int64_t sample_token(std::span<const float> logits, const SamplingOptions& options, uint64_t draw,
                     std::span<const int64_t> history) {
  check_sampling(options);
  if (logits.empty() || !std::all_of(logits.begin(), logits.end(),
                                     [](float logit) { return std::isfinite(logit); })) {
    throw TrainingError("[generate] the model's logits are not finite");
  }
  std::vector<float> changed;
  if (options.repetition_penalty != 1) {
    changed = penalised(logits, history, options.repetition_penalty);
    logits = changed;
  }
  if (options.temperature == 0 || options.top_k == 1) return likeliest(logits);
  std::vector<int64_t> order;
  std::vector<double> cumulative = candidates(logits, options, order);
  std::partial_sum(cumulative.begin(), cumulative.end(), cumulative.begin());
  const double at =
      cumulative.back() * data::uniform_unit(data::random_block(options.seed, kStream, draw));
  const auto chosen = std::upper_bound(cumulative.begin(), cumulative.end() - 1, at);
  return order[static_cast<size_t>(chosen - cumulative.begin())];
}

double log_probability(std::span<const float> logits, int64_t token) {
  const float largest = *std::max_element(logits.begin(), logits.end());
  return logits[static_cast<size_t>(token)] - largest - std::log(total_weight(logits, largest, 1));
}

uint64_t seed_of_sample(uint64_t seed, int64_t sample) {
  if (sample == 0) return seed;
  const data::PhiloxBlock block =
      data::random_block(seed, kSeedStream, static_cast<uint64_t>(sample));
  return (static_cast<uint64_t>(block[0]) << 32) | block[1];
}

}  // namespace assay
