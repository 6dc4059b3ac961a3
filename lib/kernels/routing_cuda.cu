#include "kernels/routing_cuda.h"

namespace assay::kernels::cuda {
namespace {

constexpr int kLanes = 32;
constexpr int kWarps = 4;  // tokens of a block

/// The lanes of this thread's warp.
struct Warp {
  __device__ int64_t rank() const { return threadIdx.x % kLanes; }
  __device__ int64_t size() const { return kLanes; }
  __device__ float sum(float x) const {
    for (int step = kLanes / 2; step > 0; step /= 2) x += __shfl_xor_sync(0xFFFFFFFFU, x, step);
    return x;
  }
  __device__ int64_t max(int64_t x) const {
    for (int step = kLanes / 2; step > 0; step /= 2) {
      const auto other =
          static_cast<int64_t>(__shfl_xor_sync(0xFFFFFFFFU, static_cast<long long>(x), step));
      x = other > x ? other : x;
    }
    return x;
  }
  __device__ void sync() const { __syncwarp(); }
};

__device__ int64_t token_of_warp() {
  return static_cast<int64_t>(blockIdx.x) * kWarps + threadIdx.x / kLanes;
}

__global__ void route_kernel(rows::RoutingShape shape, const float* logits, const float* bias,
                             const int64_t* forced, int64_t num, float* scores, int64_t* choices,
                             float* weights) {
  extern __shared__ int64_t keys_of_block[];
  const int64_t token = token_of_warp();
  if (token >= num) return;  // the whole warp: no lane is missed at a barrier of the warp
  const int64_t room = shape.num_experts + shape.num_groups;
  rows::route_row(Warp{}, shape, logits + token * shape.num_experts, bias,
                  forced == nullptr ? nullptr : forced + token * shape.top_k,
                  keys_of_block + threadIdx.x / kLanes * room, scores + token * shape.num_experts,
                  choices + token * shape.top_k, weights + token * shape.top_k);
}

__global__ void route_backward_kernel(rows::RoutingShape shape, const float* scores,
                                      const int64_t* choices, const float* grad_scores,
                                      const float* grad_weights, int64_t num, float* grad_logits) {
  const int64_t token = token_of_warp();
  if (token >= num) return;
  const int64_t first = token * shape.num_experts;
  rows::route_row_backward(Warp{}, shape, scores + first, choices + token * shape.top_k,
                           grad_scores == nullptr ? nullptr : grad_scores + first,
                           grad_weights == nullptr ? nullptr : grad_weights + token * shape.top_k,
                           grad_logits + first);
}

unsigned num_blocks(int64_t num) { return static_cast<unsigned>((num + kWarps - 1) / kWarps); }

}  // namespace

void route(const rows::RoutingShape& shape, const float* logits, const float* bias,
           const int64_t* forced, int64_t num, float* scores, int64_t* choices, float* weights,
           cudaStream_t stream) {
  if (num == 0) return;
  const size_t room =
      static_cast<size_t>(kWarps * (shape.num_experts + shape.num_groups)) * sizeof(int64_t);
  route_kernel<<<num_blocks(num), kWarps * kLanes, room, stream>>>(shape, logits, bias, forced, num,
                                                                   scores, choices, weights);
}

void route_backward(const rows::RoutingShape& shape, const float* scores, const int64_t* choices,
                    const float* grad_scores, const float* grad_weights, int64_t num,
                    float* grad_logits, cudaStream_t stream) {
  if (num == 0) return;
  route_backward_kernel<<<num_blocks(num), kWarps * kLanes, 0, stream>>>(
      shape, scores, choices, grad_scores, grad_weights, num, grad_logits);
}

}  // namespace assay::kernels::cuda
