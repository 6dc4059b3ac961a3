#pragma once

#include <cstdint>

namespace assay::kernels::device {

/// A row-major matrix on the current CUDA device and where its e4m3 form goes. A block's scale goes
/// to scales[block row x scale_row_stride + block column x scale_col_stride].
struct Fp8Work {
  const void* x = nullptr;
  bool is_bf16 = false;  ///< else fp32
  int64_t rows = 0;
  int64_t cols = 0;
  uint8_t* values = nullptr;
  float* scales = nullptr;
  int64_t scale_row_stride = 0;
  int64_t scale_col_stride = 0;
  void* stream = nullptr;  ///< a cudaStream_t
};

/// Blocks of 1 x 128, a warp each.
void quantise_tiles(const Fp8Work& work);

/// Blocks of `block_rows` x `block_cols`, a thread block each.
void quantise_blocks(const Fp8Work& work, int64_t block_rows, int64_t block_cols);

/// Blocks of 128 x 1, written transposed: values [cols, rows], scale of column c and tile t at
/// scales[c x scale_row_stride + t x scale_col_stride].
void quantise_columns(const Fp8Work& work);

}  // namespace assay::kernels::device
