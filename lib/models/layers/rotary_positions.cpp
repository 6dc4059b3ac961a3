#include "models/layers/rotary_positions.h"

#include <ATen/ATen.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "error/error.h"

// Shapes: h pairs of features.
namespace assay::models {
namespace {

double required(const std::optional<double>& value, const char* name, const RopeScaling& scaling) {
  if (value) return *value;
  throw ConfigError(
      fmt::format("[models] rope_scaling has no {}: type \"{}\"", name, scaling.type));
}

at::Tensor llama3(const at::Tensor& frequencies_h, const RopeScaling& scaling) {
  const double low = required(scaling.low_freq_factor, "low_freq_factor", scaling);
  const double high = required(scaling.high_freq_factor, "high_freq_factor", scaling);
  const auto context = static_cast<double>(scaling.original_max_seq_len);
  const at::Tensor turns_h = frequencies_h * (context / (2 * std::numbers::pi));
  const at::Tensor keep_h = ((turns_h - low) / (high - low)).clamp(0, 1);
  return frequencies_h * (keep_h + (1 - keep_h) / scaling.factor);
}

/// The (real-valued) pair that turns `rotations` times within the original context.
double pair_of(double rotations, const RotaryShape& shape) {
  const auto context = static_cast<double>(shape.scaling->original_max_seq_len);
  return static_cast<double>(shape.width) * std::log(context / (rotations * 2 * std::numbers::pi)) /
         (2 * std::log(shape.theta));
}

at::Tensor yarn(const at::Tensor& frequencies_h, const RotaryShape& shape) {
  const RopeScaling& scaling = *shape.scaling;
  double low = pair_of(required(scaling.beta_fast, "beta_fast", scaling), shape);
  double high = pair_of(required(scaling.beta_slow, "beta_slow", scaling), shape);
  if (scaling.truncate) {
    low = std::floor(low);
    high = std::ceil(high);
  }
  low = std::max(low, 0.0);
  high = std::min(high, static_cast<double>(shape.width - 1));
  if (low == high) high += 0.001;  // as the authors' code: no division by zero
  const at::Tensor pairs_h = at::arange(frequencies_h.size(0), frequencies_h.options());
  const at::Tensor stretch_h = ((pairs_h - low) / (high - low)).clamp(0, 1);
  return frequencies_h * ((1 - stretch_h) + stretch_h / scaling.factor);
}

}  // namespace

at::Tensor rotary_frequencies(const RotaryShape& shape, const at::TensorOptions& options) {
  const at::Tensor exponents_h =
      at::arange(0, shape.width, 2, options.dtype(at::kFloat)) / shape.width;
  const at::Tensor frequencies_h = at::pow(shape.theta, exponents_h).reciprocal();
  if (!shape.scaling) return frequencies_h;
  if (shape.scaling->type == "llama3") return llama3(frequencies_h, *shape.scaling);
  return yarn(frequencies_h, shape);
}

double yarn_temperature(double factor, double mscale) {
  return factor <= 1 ? 1 : 0.1 * mscale * std::log(factor) + 1;
}

double rotary_factor(const RotaryShape& shape) {
  if (!shape.scaling || shape.scaling->type != "yarn") return 1;
  const RopeScaling& scaling = *shape.scaling;
  if (scaling.attention_factor) return *scaling.attention_factor;
  if (scaling.mscale.value_or(0) != 0 && scaling.mscale_all_dim.value_or(0) != 0) {
    return yarn_temperature(scaling.factor, *scaling.mscale) /
           yarn_temperature(scaling.factor, *scaling.mscale_all_dim);
  }
  return yarn_temperature(scaling.factor, 1);
}

kernels::RotaryAngles rotary_positions(const at::Tensor& positions, const RotaryShape& shape) {
  const at::Tensor frequencies_h = rotary_frequencies(shape, positions.options());
  const at::Tensor angles = positions.unsqueeze(-1).to(at::kFloat) * frequencies_h;
  const double factor = rotary_factor(shape);
  if (factor == 1) return {angles.cos(), angles.sin()};
  return {angles.cos() * factor, angles.sin() * factor};
}

}  // namespace assay::models
