#pragma once

#include <cstdint>

#include "kernels/bf16.h"

/// The inner loops of quantisation to e4m3 on a CPU, one thread's share each; T is float or Bf16.
/// Compiled for several instruction sets, as row_loops.h. No LibTorch in here. Scales and what is
/// done with zeros and with numbers that are not finite: fp8_bits.h; a block with such a number
/// holds NaN only.
namespace assay::kernels::rows {

/// A row-major matrix without gaps.
struct Fp8Shape {
  int64_t rows = 0;
  int64_t cols = 0;
};

/// Where a block's scale goes: scales[block row x row_stride + block column x col_stride].
struct Fp8Scales {
  float* data = nullptr;
  int64_t row_stride = 0;
  int64_t col_stride = 0;
};

/// Quantises the block rows [first, last) of x, whose blocks are `block` numbers in size (cut off
/// at the edges), to values of the same shape.
template <class T>
void quantise_blocks(const T* x, Fp8Shape shape, Fp8Shape block, int64_t first, int64_t last,
                     uint8_t* values, Fp8Scales scales);

/// Quantises x^T in blocks of 1 x 128: the rows 128 `tile` .. of x, all its columns. values [cols,
/// rows]; the scale of column c goes to scales[c].
template <class T>
void quantise_columns(const T* x, Fp8Shape shape, int64_t tile, uint8_t* values, float* scales);

/// out = values x scales for the block rows [first, last).
template <class T>
void dequantise_blocks(const uint8_t* values, Fp8Shape shape, Fp8Shape block, int64_t first,
                       int64_t last, Fp8Scales scales, T* out);

}  // namespace assay::kernels::rows
