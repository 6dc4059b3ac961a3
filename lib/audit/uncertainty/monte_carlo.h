#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "audit/uncertainty/term_step.h"

namespace assay::audit {

/// How intervals are drawn. The same seed gives the same numbers on every machine and in any order
/// of claims: a draw is a hash of seed, input and draw number, not a state.
struct DrawPlan {
  int draws = 10000;  ///< 0: no intervals by Monte Carlo
  uint64_t seed = 20240601;
};

/// The share (0 to 1) that an input takes in a draw: uniform, independent between keys and draws.
/// Source: Steele, Lea, Flood, Fast splittable pseudorandom number generators (2014), SplitMix64.
double drawn_share(uint64_t seed, std::string_view key, int draw);

/// The central 90 % of a formula's results.
struct DrawnInterval {
  double low = 0;
  double median = 0;
  double high = 0;
  int draws = 0;
};
inline constexpr double kIntervalLevel = 0.9;

/// The interval of a formula: every input is drawn from its range, inputs with one key once a draw.
/// Nothing where an input is open, or where a result is not finite.
std::optional<DrawnInterval> drawn_interval(std::span<const TermStep> formula,
                                            const DrawPlan& plan);

/// The same for a function of inputs (steps of kind kInput), which it gets in their order.
std::optional<DrawnInterval> drawn_interval(
    std::span<const TermStep> inputs, const std::function<double(std::span<const double>)>& result,
    const DrawPlan& plan);

/// What one input alone does to a formula: its 5th and 95th percentile, all others at their value.
struct InputEffect {
  std::string key;
  std::string name;
  std::string unit;
  Shape shape{};
  double input_low = 0;  ///< in `unit`
  double input_high = 0;
  double result_low = 0;  ///< with the input at `input_low`
  double result_high = 0;
};

/// The inputs that have a range, the most moving first.
std::vector<InputEffect> input_effects(std::span<const TermStep> formula);

}  // namespace assay::audit
