#include "kernels/fp8_device.h"

#include <cuda_bf16.h>
#include <cuda_fp8.h>
#include <cuda_runtime.h>

#include "kernels/fp8_bits.h"

namespace assay::kernels::device {
namespace {

constexpr int kThreads = 256;
constexpr int kWarp = 32;
constexpr int kQuad = 4;  // numbers of a thread that lie next to each other
constexpr unsigned kAllLanes = 0xFFFFFFFFU;

__device__ inline float number(float x) { return x; }
__device__ inline float number(__nv_bfloat16 x) { return __bfloat162float(x); }

__device__ inline uint32_t magnitude_bits(float x) { return __float_as_uint(x) & 0x7FFFFFFFU; }

/// The conversion of the hardware from compute capability 8.9 on, the same bits in software before.
__device__ inline uint8_t rounded_to_fp8(float x, float scale) {
  return __nv_cvt_float_to_fp8(x / scale, __NV_SATFINITE, __NV_E4M3);
}

/// `num` <= 4 numbers of a row from x; four at a time where `in_quads` says they are aligned.
template <class T>
__device__ inline void load_quad(const T* x, int num, bool in_quads, float (&quad)[kQuad]) {
  struct alignas(kQuad * sizeof(T)) Quad {
    T of[kQuad];
  };
  if (in_quads && num == kQuad) {
    const Quad loaded = *reinterpret_cast<const Quad*>(x);
    for (int i = 0; i < kQuad; ++i) quad[i] = number(loaded.of[i]);
    return;
  }
  for (int i = 0; i < kQuad; ++i) quad[i] = i < num ? number(x[i]) : 0.0F;
}

__device__ inline void store_quad(const float (&quad)[kQuad], int num, bool in_quads, float scale,
                                  uint8_t* out) {
  struct alignas(kQuad) Bytes {
    uint8_t of[kQuad];
  };
  Bytes bytes;
  const bool finite = scale == scale;
  for (int i = 0; i < kQuad; ++i) {
    bytes.of[i] = finite ? rounded_to_fp8(quad[i], scale) : kFp8NaN;
  }
  if (in_quads && num == kQuad) {
    *reinterpret_cast<Bytes*>(out) = bytes;
    return;
  }
  for (int i = 0; i < num; ++i) out[i] = bytes.of[i];
}

__device__ inline uint32_t largest_of_quad(const float (&quad)[kQuad], uint32_t largest) {
  for (int i = 0; i < kQuad; ++i) largest = max(largest, magnitude_bits(quad[i]));
  return largest;
}

template <class T>
__global__ void tiles_kernel(Fp8Work work, bool in_quads) {
  const int64_t num_tiles = (work.cols + kFp8Side - 1) / kFp8Side;
  const int64_t warp = (static_cast<int64_t>(blockIdx.x) * kThreads + threadIdx.x) / kWarp;
  if (warp >= work.rows * num_tiles) return;  // the whole warp
  const int64_t row = warp / num_tiles;
  const int64_t tile = warp % num_tiles;
  const int64_t col = tile * kFp8Side + static_cast<int64_t>(threadIdx.x % kWarp) * kQuad;
  const int num = static_cast<int>(max(int64_t{0}, min(int64_t{kQuad}, work.cols - col)));
  const int64_t at = row * work.cols + col;
  float quad[kQuad];
  load_quad(static_cast<const T*>(work.x) + at, num, in_quads, quad);
  const uint32_t largest = __reduce_max_sync(kAllLanes, largest_of_quad(quad, 0));
  const float scale = fp8_scale(largest);
  store_quad(quad, num, in_quads, scale, work.values + at);
  if (threadIdx.x % kWarp == 0) {
    work.scales[row * work.scale_row_stride + tile * work.scale_col_stride] = scale;
  }
}

__device__ inline uint32_t largest_of_block(uint32_t largest) {
  __shared__ uint32_t of_warps[kThreads / kWarp];
  const uint32_t of_warp = __reduce_max_sync(kAllLanes, largest);
  if (threadIdx.x % kWarp == 0) of_warps[threadIdx.x / kWarp] = of_warp;
  __syncthreads();
  uint32_t result = 0;
  for (const uint32_t one : of_warps) result = max(result, one);
  return result;
}

/// Calls work(offset into x, count) on this thread's quads of the block at (row, col).
template <class F>
__device__ inline void for_each_quad(const Fp8Work& work, int64_t row, int64_t col,
                                     int64_t block_rows, int64_t block_cols, const F& do_quad) {
  const int64_t num_rows = min(block_rows, work.rows - row);
  const int64_t num_cols = min(block_cols, work.cols - col);
  const int64_t quads = (num_cols + kQuad - 1) / kQuad;
  for (int64_t i = threadIdx.x; i < num_rows * quads; i += kThreads) {
    const int64_t first = i % quads * kQuad;
    const int num = static_cast<int>(min(int64_t{kQuad}, num_cols - first));
    do_quad((row + i / quads) * work.cols + col + first, num);
  }
}

template <class T>
__global__ void blocks_kernel(Fp8Work work, int64_t block_rows, int64_t block_cols, bool in_quads) {
  const int64_t across = (work.cols + block_cols - 1) / block_cols;
  const int64_t block_row = blockIdx.x / across;
  const int64_t block_col = blockIdx.x % across;
  const int64_t row = block_row * block_rows;
  const int64_t col = block_col * block_cols;
  const T* x = static_cast<const T*>(work.x);
  uint32_t largest = 0;
  for_each_quad(work, row, col, block_rows, block_cols, [&](int64_t at, int num) {
    float quad[kQuad];
    load_quad(x + at, num, in_quads, quad);
    largest = largest_of_quad(quad, largest);
  });
  const float scale = fp8_scale(largest_of_block(largest));
  for_each_quad(work, row, col, block_rows, block_cols, [&](int64_t at, int num) {
    float quad[kQuad];
    load_quad(x + at, num, in_quads, quad);  // from the cache
    store_quad(quad, num, in_quads, scale, work.values + at);
  });
  if (threadIdx.x == 0) {
    work.scales[block_row * work.scale_row_stride + block_col * work.scale_col_stride] = scale;
  }
}

/// 128 rows and 32 columns of x: warps read rows, and write what becomes rows.
template <class T>
__global__ void columns_kernel(Fp8Work work) {
  constexpr int kWarps = kThreads / kWarp;
  constexpr int kRowsOfThread = static_cast<int>(kFp8Side) / kWarps;
  __shared__ uint32_t largest_of[kWarps][kWarp];
  __shared__ uint8_t bytes[kWarp][kFp8Side + kQuad];
  const int lane = static_cast<int>(threadIdx.x) % kWarp;
  const int warp = static_cast<int>(threadIdx.x) / kWarp;
  const int64_t first_row = static_cast<int64_t>(blockIdx.x) * kFp8Side;
  const int64_t first_col = static_cast<int64_t>(blockIdx.y) * kWarp;
  const int64_t col = first_col + lane;
  const T* x = static_cast<const T*>(work.x);
  float numbers[kRowsOfThread];
  uint32_t largest = 0;
  for (int i = 0; i < kRowsOfThread; ++i) {
    const int64_t row = first_row + warp + i * kWarps;
    const bool inside = row < work.rows && col < work.cols;
    numbers[i] = inside ? number(x[row * work.cols + col]) : 0.0F;
    largest = max(largest, magnitude_bits(numbers[i]));
  }
  largest_of[warp][lane] = largest;
  __syncthreads();
  for (int i = 0; i < kWarps; ++i) largest = max(largest, largest_of[i][lane]);
  const float scale = fp8_scale(largest);
  const bool finite = scale == scale;
  for (int i = 0; i < kRowsOfThread; ++i) {
    bytes[lane][warp + i * kWarps] = finite ? rounded_to_fp8(numbers[i], scale) : kFp8NaN;
  }
  if (warp == 0 && col < work.cols) {
    work.scales[col * work.scale_row_stride +
                static_cast<int64_t>(blockIdx.x) * work.scale_col_stride] = scale;
  }
  __syncthreads();
  for (int c = warp; c < kWarp && first_col + c < work.cols; c += kWarps) {
    uint8_t* out = work.values + (first_col + c) * work.rows + first_row;
    for (int r = lane; r < kFp8Side && first_row + r < work.rows; r += kWarp) out[r] = bytes[c][r];
  }
}

cudaStream_t stream_of(const Fp8Work& work) { return static_cast<cudaStream_t>(work.stream); }

/// Whether all quads of all rows begin at addresses that a wide load can take.
bool rows_in_quads(const Fp8Work& work) {
  const size_t bytes = kQuad * (work.is_bf16 ? 2 : 4);
  return work.cols % kQuad == 0 && reinterpret_cast<uintptr_t>(work.x) % bytes == 0 &&
         reinterpret_cast<uintptr_t>(work.values) % kQuad == 0;
}

}  // namespace

void quantise_tiles(const Fp8Work& work) {
  const int64_t warps = work.rows * ((work.cols + kFp8Side - 1) / kFp8Side);
  if (warps == 0) return;
  constexpr int64_t kWarps = kThreads / kWarp;
  const auto grid = static_cast<unsigned>((warps + kWarps - 1) / kWarps);
  const bool in_quads = rows_in_quads(work);
  if (work.is_bf16) {
    tiles_kernel<__nv_bfloat16><<<grid, kThreads, 0, stream_of(work)>>>(work, in_quads);
  } else {
    tiles_kernel<float><<<grid, kThreads, 0, stream_of(work)>>>(work, in_quads);
  }
}

void quantise_blocks(const Fp8Work& work, int64_t block_rows, int64_t block_cols) {
  if (work.rows == 0 || work.cols == 0) return;
  const int64_t blocks =
      ((work.rows + block_rows - 1) / block_rows) * ((work.cols + block_cols - 1) / block_cols);
  const auto grid = static_cast<unsigned>(blocks);
  const bool in_quads = rows_in_quads(work);
  if (work.is_bf16) {
    blocks_kernel<__nv_bfloat16>
        <<<grid, kThreads, 0, stream_of(work)>>>(work, block_rows, block_cols, in_quads);
  } else {
    blocks_kernel<float>
        <<<grid, kThreads, 0, stream_of(work)>>>(work, block_rows, block_cols, in_quads);
  }
}

void quantise_columns(const Fp8Work& work) {
  if (work.rows == 0 || work.cols == 0) return;
  const dim3 grid(static_cast<unsigned>((work.rows + kFp8Side - 1) / kFp8Side),
                  static_cast<unsigned>((work.cols + kWarp - 1) / kWarp));
  if (work.is_bf16) {
    columns_kernel<__nv_bfloat16><<<grid, kThreads, 0, stream_of(work)>>>(work);
  } else {
    columns_kernel<float><<<grid, kThreads, 0, stream_of(work)>>>(work);
  }
}

}  // namespace assay::kernels::device
