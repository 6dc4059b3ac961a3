#pragma once

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <type_traits>

#include "kernels/bf16.h"

/// How rows are spread over a GPU.
namespace assay::kernels::cuda {

inline constexpr int kWarpSize = 32;

/// All threads of a block, a whole number of warps, as lanes that share a row (lanes.h). Sums are
/// taken in an order that depends on the number of threads alone.
struct Block {
  __device__ int64_t rank() const { return threadIdx.x; }
  __device__ int64_t size() const { return blockDim.x; }
  template <class T>
  __device__ T sum(T x) const {
    return joined(x, [](T a, T b) { return a + b; });
  }
  template <class T>
  __device__ T max(T x) const {
    return joined(x, [](T a, T b) { return a > b ? a : b; });
  }
  __device__ void sync() const { __syncthreads(); }

 private:
  template <class T, class Join>
  __device__ T joined(T x, const Join& join) const {
    for (int step = kWarpSize / 2; step > 0; step /= 2) {
      x = join(x, __shfl_xor_sync(0xFFFFFFFFU, x, step));
    }
    if (blockDim.x == kWarpSize) return x;
    __shared__ T of_warps[kWarpSize];
    if (threadIdx.x % kWarpSize == 0) of_warps[threadIdx.x / kWarpSize] = x;
    __syncthreads();
    T all = of_warps[0];
    for (unsigned warp = 1; warp < blockDim.x / kWarpSize; ++warp) all = join(all, of_warps[warp]);
    __syncthreads();  // all have read before the next call writes
    return all;
  }
};

/// Threads for a row of so many packs.
inline unsigned threads_for(int64_t packs, int64_t most) {
  const int64_t warps = (packs + kWarpSize - 1) / kWarpSize;
  return static_cast<unsigned>(std::clamp<int64_t>(warps * kWarpSize, kWarpSize, most));
}

/// Calls work(std::integral_constant<int, n>) with the numbers of a 16-byte load where rows of
/// `width` numbers from each of `first` (null ones aside) begin at such addresses, else with 1.
template <class T, class Work>
void with_pack(int64_t width, std::initializer_list<const void*> first, const Work& work) {
  constexpr int kBytes = 16;
  constexpr int kNumbers = kBytes / sizeof(T);
  const bool aligned = std::ranges::all_of(
      first, [](const void* at) { return reinterpret_cast<uintptr_t>(at) % kBytes == 0; });
  if (aligned && width % kNumbers == 0) {
    work(std::integral_constant<int, kNumbers>{});
  } else {
    work(std::integral_constant<int, 1>{});
  }
}

}  // namespace assay::kernels::cuda
