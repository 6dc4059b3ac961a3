#pragma once

#include <cuda_runtime_api.h>

#include <cstdint>

#include "kernels/routing_row.h"

/// route_row on a GPU, a warp for each token. Pointers are the device's; the calls wait for
/// nothing.
namespace assay::kernels::cuda {

/// Most experts and groups together of which the keys of a block's four warps are in shared memory:
/// 48 KiB.
inline constexpr int64_t kMostRoutedKeys = 1536;

/// As rows::route, without room for keys.
void route(const rows::RoutingShape& shape, const float* logits, const float* bias,
           const int64_t* forced, int64_t num, float* scores, int64_t* choices, float* weights,
           cudaStream_t stream);

/// As rows::route_backward.
void route_backward(const rows::RoutingShape& shape, const float* scores, const int64_t* choices,
                    const float* grad_scores, const float* grad_weights, int64_t num,
                    float* grad_logits, cudaStream_t stream);

}  // namespace assay::kernels::cuda
