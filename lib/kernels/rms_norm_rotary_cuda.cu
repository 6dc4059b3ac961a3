#include "kernels/rms_norm_rotary_cuda.h"

#include <algorithm>

#include "kernels/block_lanes.cuh"
#include "kernels/rms_norm_rotary_row.h"

namespace assay::kernels::cuda {
namespace {

constexpr int kHeadLanes = 8;       // of a head: 128 bytes of each half in one load of all
constexpr int64_t kMostHeads = 32;  // of a block at one time
constexpr int64_t kHeadShareBytes = 48 << 10;  // what a block gets without asking
constexpr int64_t kHeadShares = 512;  // nearly four blocks for each multiprocessor of an H100

/// Eight neighbouring threads of a warp.
struct HeadLanes {
  __device__ int64_t rank() const { return threadIdx.x % kHeadLanes; }
  __device__ int64_t size() const { return kHeadLanes; }
  __device__ float sum(float x) const {
    const unsigned first = threadIdx.x % kWarpSize / kHeadLanes * kHeadLanes;
    const unsigned own = ((1U << kHeadLanes) - 1) << first;
    for (int step = kHeadLanes / 2; step > 0; step /= 2) x += __shfl_xor_sync(own, x, step);
    return x;
  }
};

/// Heads that a block works on at one time.
int64_t heads_of_block(int64_t half) {
  constexpr int64_t kOfWarp = kWarpSize / kHeadLanes;
  const int64_t fit = kHeadShareBytes / (2 * half * static_cast<int64_t>(sizeof(float)));
  return std::clamp(fit / kOfWarp * kOfWarp, kOfWarp, kMostHeads);
}

__device__ int64_t head_of_block() { return threadIdx.x / kHeadLanes; }
__device__ int64_t first_head_row() {
  return static_cast<int64_t>(blockIdx.x) * (blockDim.x / kHeadLanes) + head_of_block();
}

template <int kPack, class T>
__global__ void rms_norm_rotate_kernel(rows::NormedHeads<T> work, float eps, int64_t num, T* y,
                                       float* rstd) {
  const int64_t n = first_head_row();
  if (n >= num) return;  // all lanes of the head
  const rows::HeadPlace place = work.shape.place_of(n);
  const int64_t angle = work.shape.first_angle(place);
  rows::rms_norm_rotate_row<kPack>(HeadLanes{}, work.x.at(place), work.weight, eps,
                                   work.cos + angle, work.sin + angle, work.shape.half,
                                   y + n * 2 * work.shape.half, rstd + n);
}

template <int kPack, class T>
__global__ void rms_norm_rotate_backward_kernel(rows::NormedHeads<T> work, rows::HeadRows<T> grad,
                                                const float* rstd, int64_t num, T* grad_x,
                                                float* grad_weight_shares) {
  extern __shared__ __align__(32) float grad_weights[];  // [heads of the block, width]
  const rows::HeadShape shape = work.shape;
  const int64_t width = 2 * shape.half;
  const int64_t heads = blockDim.x / kHeadLanes;
  for (int64_t i = threadIdx.x; i < heads * width; i += blockDim.x) grad_weights[i] = 0;
  __syncthreads();
  for (int64_t n = first_head_row(); n < num; n += gridDim.x * heads) {
    const rows::HeadPlace place = shape.place_of(n);
    const int64_t angle = shape.first_angle(place);
    rows::rms_norm_rotate_backward_row<kPack>(
        HeadLanes{}, grad.at(place), work.x.at(place), work.weight, rstd[n], work.cos + angle,
        work.sin + angle, shape.half, grad_x + n * width, grad_weights + head_of_block() * width);
  }
  __syncthreads();
  for (int64_t i = threadIdx.x; i < width; i += blockDim.x) {
    float sum = 0;
    for (int64_t head = 0; head < heads; ++head) sum += grad_weights[head * width + i];
    grad_weight_shares[blockIdx.x * width + i] = sum;
  }
}

/// What wide loads need to divide: a half, and every step between positions.
template <class T>
int64_t common_steps(const rows::HeadRows<T>& heads, int64_t half) {
  return half | heads.sequence_step | heads.position_step;
}

unsigned blocks_for(int64_t num, int64_t heads) {
  return static_cast<unsigned>((num + heads - 1) / heads);
}

}  // namespace

template <class T>
void rms_norm_rotate(const rows::NormedHeads<T>& work, float eps, int64_t num, T* y, float* rstd,
                     cudaStream_t stream) {
  if (num == 0) return;
  with_pack<T>(common_steps(work.x, work.shape.half),
               {work.x.first, work.weight, work.cos, work.sin, y},
               [&]<int kPack>(std::integral_constant<int, kPack>) {
                 rms_norm_rotate_kernel<kPack>
                     <<<blocks_for(num, kMostHeads), kMostHeads * kHeadLanes, 0, stream>>>(
                         work, eps, num, y, rstd);
               });
}

int64_t num_head_norm_shares(int64_t num, int64_t half) {
  const int64_t heads = heads_of_block(half);
  return std::min((num + heads - 1) / heads, kHeadShares);
}

template <class T>
void rms_norm_rotate_backward(const rows::NormedHeads<T>& work, const rows::HeadRows<T>& grad,
                              const float* rstd, int64_t num, T* grad_x, float* grad_weight_shares,
                              cudaStream_t stream) {
  if (num == 0) return;
  const int64_t half = work.shape.half;
  const int64_t heads = heads_of_block(half);
  const auto bytes = static_cast<size_t>(heads * 2 * half) * sizeof(float);
  with_pack<T>(common_steps(work.x, half) | common_steps(grad, half),
               {work.x.first, grad.first, work.weight, work.cos, work.sin, grad_x},
               [&]<int kPack>(std::integral_constant<int, kPack>) {
                 rms_norm_rotate_backward_kernel<kPack>
                     <<<static_cast<unsigned>(num_head_norm_shares(num, half)),
                        static_cast<unsigned>(heads * kHeadLanes), bytes, stream>>>(
                         work, grad, rstd, num, grad_x, grad_weight_shares);
               });
}

#define ASSAY_RMS_NORM_ROTARY_CUDA(T)                                                           \
  template void rms_norm_rotate(const rows::NormedHeads<T>&, float, int64_t, T*, float*,        \
                                cudaStream_t);                                                  \
  template void rms_norm_rotate_backward(const rows::NormedHeads<T>&, const rows::HeadRows<T>&, \
                                         const float*, int64_t, T*, float*, cudaStream_t);

ASSAY_RMS_NORM_ROTARY_CUDA(float)
ASSAY_RMS_NORM_ROTARY_CUDA(rows::Bf16)

}  // namespace assay::kernels::cuda
