#include "audit/uncertainty/monte_carlo.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace assay::audit {
namespace {

constexpr uint64_t kGamma = 0x9E3779B97F4A7C15u;

uint64_t mixed(uint64_t z) {
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
  return z ^ (z >> 31);
}

// FNV-1a.
uint64_t hash_of(std::string_view text) {
  uint64_t hash = 0xCBF29CE484222325u;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3u;
  return hash;
}

double share_of(uint64_t stream, int draw) {
  const uint64_t bits = mixed(stream + (static_cast<uint64_t>(draw) + 1) * kGamma);
  return (static_cast<double>(bits >> 11) + 0.5) * 0x1.0p-53;
}

uint64_t stream_of(uint64_t seed, std::string_view key) { return mixed(seed ^ hash_of(key)); }

// A formula with its inputs numbered, for many evaluations.
class Sampler {
 public:
  Sampler(std::span<const TermStep> formula, uint64_t seed) : formula_(formula) {
    std::map<std::string_view, size_t> known;
    for (const TermStep& step : formula) {
      if (step.kind != TermStep::Kind::kInput) {
        stream_of_step_.push_back(0);
        continue;
      }
      const auto [at, is_new] = known.emplace(step.key, streams_.size());
      if (is_new) streams_.push_back(stream_of(seed, step.key));
      stream_of_step_.push_back(at->second);
    }
    shares_.resize(streams_.size());
  }

  double draw(int number) {
    for (size_t i = 0; i < streams_.size(); ++i) shares_[i] = share_of(streams_[i], number);
    size_t step = 0;
    const TermStep* first = formula_.data();
    return evaluate(formula_, [&](const TermStep& input) {
      step = static_cast<size_t>(&input - first);
      return input.range.shape == Shape::kFixed
                 ? input.value
                 : quantile(input.range, shares_[stream_of_step_[step]]);
    });
  }

 private:
  std::span<const TermStep> formula_;
  std::vector<uint64_t> streams_;
  std::vector<size_t> stream_of_step_;
  std::vector<double> shares_;
};

// Between two neighbours of a sorted sample, by linear interpolation.
double sample_quantile(std::vector<double>& sample, double q) {
  const double at = q * static_cast<double>(sample.size() - 1);
  const auto below = static_cast<std::ptrdiff_t>(at);
  std::nth_element(sample.begin(), sample.begin() + below, sample.end());
  const double low = sample[static_cast<size_t>(below)];
  if (static_cast<size_t>(below) + 1 >= sample.size()) return low;
  const double high = *std::min_element(sample.begin() + below + 1, sample.end());
  return low + (at - static_cast<double>(below)) * (high - low);
}

// The central 90 % of `draws` results; nothing where one is not finite.
std::optional<DrawnInterval> interval_of(const std::function<double(int)>& draw, int draws) {
  std::vector<double> results(static_cast<size_t>(draws));
  for (int i = 0; i < draws; ++i) {
    const double result = draw(i);
    if (!std::isfinite(result)) return std::nullopt;
    results[static_cast<size_t>(i)] = result;
  }
  constexpr double kTail = (1 - kIntervalLevel) / 2;
  return DrawnInterval{.low = sample_quantile(results, kTail),
                       .median = sample_quantile(results, 0.5),
                       .high = sample_quantile(results, 1 - kTail),
                       .draws = draws};
}

bool is_open(std::span<const TermStep> formula) {
  return std::any_of(formula.begin(), formula.end(), [](const TermStep& step) {
    return step.kind == TermStep::Kind::kInput && step.range.shape == Shape::kOpen;
  });
}

}  // namespace

double drawn_share(uint64_t seed, std::string_view key, int draw) {
  return share_of(stream_of(seed, key), draw);
}

std::optional<DrawnInterval> drawn_interval(std::span<const TermStep> formula,
                                            const DrawPlan& plan) {
  if (plan.draws < 2 || formula.empty() || is_open(formula)) return std::nullopt;
  Sampler sampler(formula, plan.seed);
  return interval_of([&](int i) { return sampler.draw(i); }, plan.draws);
}

std::optional<DrawnInterval> drawn_interval(
    std::span<const TermStep> inputs, const std::function<double(std::span<const double>)>& result,
    const DrawPlan& plan) {
  if (plan.draws < 2 || is_open(inputs)) return std::nullopt;
  std::vector<uint64_t> streams;
  for (const TermStep& input : inputs) streams.push_back(stream_of(plan.seed, input.key));
  std::vector<double> values(inputs.size());
  const auto draw = [&](int number) {
    for (size_t i = 0; i < inputs.size(); ++i) {
      const InputRange& range = inputs[i].range;
      values[i] = range.shape == Shape::kFixed ? inputs[i].value
                                               : quantile(range, share_of(streams[i], number));
    }
    return result(values);
  };
  return interval_of(draw, plan.draws);
}

std::vector<InputEffect> input_effects(std::span<const TermStep> formula) {
  constexpr double kTail = (1 - kIntervalLevel) / 2;
  std::vector<InputEffect> effects;
  for (const TermStep& step : formula) {
    const Shape shape = step.range.shape;
    const bool varies = step.kind == TermStep::Kind::kInput && shape != Shape::kFixed &&
                        shape != Shape::kOpen && step.range.low < step.range.high;
    const bool known = std::any_of(effects.begin(), effects.end(),
                                   [&](const InputEffect& e) { return e.key == step.key; });
    if (!varies || known) continue;
    const auto alone = [&](double share) {
      return evaluate(formula, [&](const TermStep& input) {
        return input.key == step.key ? quantile(input.range, share) : input.value;
      });
    };
    effects.push_back({.key = step.key,
                       .name = step.name,
                       .unit = step.unit,
                       .shape = shape,
                       .input_low = quantile(step.range, kTail),
                       .input_high = quantile(step.range, 1 - kTail),
                       .result_low = alone(kTail),
                       .result_high = alone(1 - kTail)});
  }
  std::stable_sort(effects.begin(), effects.end(), [](const auto& a, const auto& b) {
    return std::abs(a.result_high - a.result_low) > std::abs(b.result_high - b.result_low);
  });
  return effects;
}

}  // namespace assay::audit
