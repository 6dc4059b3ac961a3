#include "kernels/block_lanes.cuh"
#include "kernels/rotary_cuda.h"

namespace assay::kernels::cuda {
namespace {

constexpr int64_t kMostRotaryThreads = 256;

template <class T>
__global__ void rotate_kernel(rows::RotaryShape shape, const T* x, const float* cos,
                              const float* sin, int64_t num_angles, T* y) {
  const int64_t first = blockIdx.x * shape.heads * 2 * shape.half;
  const int64_t angle = blockIdx.x % num_angles * shape.half;
  rows::rotate_row(Block{}, shape, x + first, cos + angle, sin + angle, y + first);
}

}  // namespace

template <class T>
void rotate(const rows::RotaryShape& shape, const T* x, const float* cos, const float* sin,
            int64_t num, int64_t num_angles, T* y, cudaStream_t stream) {
  if (num == 0) return;
  rotate_kernel<<<static_cast<unsigned>(num),
                  threads_for(shape.heads * shape.half, kMostRotaryThreads), 0, stream>>>(
      shape, x, cos, sin, num_angles, y);
}

template void rotate(const rows::RotaryShape&, const float*, const float*, const float*, int64_t,
                     int64_t, float*, cudaStream_t);
template void rotate(const rows::RotaryShape&, const rows::Bf16*, const float*, const float*,
                     int64_t, int64_t, rows::Bf16*, cudaStream_t);

}  // namespace assay::kernels::cuda
