#pragma once

#include <cuda_runtime_api.h>

#include <cstdint>
#include <span>

#include "kernels/adamw_row.h"

/// adamw_row.h on a GPU. Pointers are the device's; the calls wait for nothing, and which blocks
/// there are depends on the tensors' sizes alone.
namespace assay::kernels::cuda {

/// Partial sums of squares that a list of tensors of T = float or rows::Bf16 leaves.
template <class T>
int64_t num_partial_squares(std::span<const rows::StretchLaunch<const T*>> launches);

/// Writes them.
template <class T>
void partial_squares(std::span<const rows::StretchLaunch<const T*>> launches, double* partials,
                     cudaStream_t stream);

/// As rows::decide_adamw.
void decide_adamw(const rows::AdamWSettings& settings, const double* partials, int64_t num,
                  const rows::AdamWScalars& scalars, cudaStream_t stream);

/// As rows::adamw_stretch of all blocks; G, W and M are float or rows::Bf16.
template <class G, class W, class M>
void adamw(std::span<const rows::StretchLaunch<rows::AdamWTensor<G, W, M>>> launches,
           const rows::AdamWDecision* decision, double weight_decay, cudaStream_t stream);

}  // namespace assay::kernels::cuda
