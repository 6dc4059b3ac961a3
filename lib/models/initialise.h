#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string_view>

namespace assay {

/// Fills an fp32 CPU tensor with normal numbers of mean 0. Element i depends on (seed, name, i)
/// only: not on the number of threads or the other parameters. Meta tensors have nothing to fill.
/// Weights that a ConstructionDeviceGuard puts on a GPU are for timing: that device's own generator
/// fills them, with other numbers. Source: Box & Muller 1958, on Philox blocks.
void fill_normal(const at::Tensor& tensor, double std, uint64_t seed, std::string_view name);

}  // namespace assay
