#include "models/initialise.h"

#include <ATen/Parallel.h>
#include <ATen/ops/normal.h>

#include <cmath>
#include <numbers>

#include "data/philox.h"
#include "error/error.h"

namespace assay {
namespace {

/// FNV-1a, 64 bits: a stable number for a parameter's name.
uint64_t stream_of(std::string_view name) {
  uint64_t hash = 0xcbf29ce484222325;
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return hash;
}

/// A pair of independent standard normal numbers from one block.
std::pair<double, double> normal_pair(const data::PhiloxBlock& block) {
  const double radius_u = 1.0 - data::uniform_unit(block);  // (0, 1]: its logarithm is finite
  const double angle_u = data::uniform_unit({block[2], block[3], 0, 0});
  const double radius = std::sqrt(-2.0 * std::log(radius_u));
  const double angle = 2.0 * std::numbers::pi * angle_u;
  return {radius * std::cos(angle), radius * std::sin(angle)};
}

}  // namespace

void fill_normal(const at::Tensor& tensor, double std, uint64_t seed, std::string_view name) {
  if (tensor.is_meta()) return;
  if (!tensor.is_cpu()) {
    at::Tensor filled = tensor;
    filled.normal_(0, std);
    return;
  }
  check(tensor.is_contiguous() && tensor.scalar_type() == at::kFloat && tensor.is_cpu(),
        "[models] fresh weights are filled as contiguous fp32 on the CPU");
  const uint64_t stream = stream_of(name);
  const int64_t size = tensor.numel();
  float* out = tensor.mutable_data_ptr<float>();
  at::parallel_for(0, (size + 1) / 2, 1 << 14, [&](int64_t begin, int64_t end) {
    for (int64_t pair = begin; pair < end; ++pair) {
      const auto block = data::random_block(seed, stream, static_cast<uint64_t>(pair));
      const auto [first, second] = normal_pair(block);
      out[2 * pair] = static_cast<float>(std * first);
      if (2 * pair + 1 < size) out[2 * pair + 1] = static_cast<float>(std * second);
    }
  });
}

}  // namespace assay
