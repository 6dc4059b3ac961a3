#pragma once

#include <optional>

#include "kernels/rotary.h"
#include "specs/rope_scaling.h"

namespace assay::models {

/// Rotary positions of a family.
struct RotaryShape {
  int64_t width = 0;  ///< features of a head that are turned
  double theta = 10000;
  std::optional<RopeScaling> scaling;
};

/// Turns a position makes for each pair of features, fp32 [width / 2], stretched by the method of
/// `scaling`. Source: Su et al. 2021, equation 15; llama3: Meta's reference code; yarn: Peng et al.
/// 2023, arXiv 2309.00071, section 3.2.
at::Tensor rotary_frequencies(const RotaryShape& shape, const at::TensorOptions& options);

/// Factor of cosine and sine: 1, except with yarn, where it is attention_factor, or mscale's over
/// mscale_all_dim's temperature where both are given, or the temperature of the stretch.
double rotary_factor(const RotaryShape& shape);

/// yarn's temperature 0.1 x mscale x ln(factor) + 1. Source: ibid., equation 22.
double yarn_temperature(double factor, double mscale);

/// Angles of `positions` int64 [...].
kernels::RotaryAngles rotary_positions(const at::Tensor& positions, const RotaryShape& shape);

}  // namespace assay::models
