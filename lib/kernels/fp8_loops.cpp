#include "kernels/fp8_loops.h"

#include <algorithm>

#include "kernels/for_each_cpu.h"
#include "kernels/fp8_bits.h"

namespace assay::kernels::rows {
namespace {

template <class T>
[[gnu::always_inline]] inline uint32_t magnitude_bits(T x) {
  return bits_of(widened(x)) & 0x7FFFFFFFU;
}

/// Bits of the largest magnitude of `num` numbers, as an integer: their order is the magnitudes'.
template <class T>
[[gnu::always_inline]] inline uint32_t largest_magnitude(const T* x, int64_t num) {
  uint32_t largest = 0;
#pragma omp simd reduction(max : largest)
  for (int64_t i = 0; i < num; ++i) {
    const uint32_t bits = magnitude_bits(x[i]);
    largest = bits > largest ? bits : largest;
  }
  return largest;
}

template <class T>
[[gnu::always_inline]] inline void quantise_numbers(const T* x, int64_t num, float scale,
                                                    uint8_t* out) {
#pragma omp simd
  for (int64_t i = 0; i < num; ++i) out[i] = fp8_rounded(widened(x[i]) / scale);
}

template <class T>
[[gnu::always_inline]] inline float quantise_block(const T* x, int64_t stride, Fp8Shape block,
                                                   uint8_t* out) {
  uint32_t largest = 0;
  for (int64_t row = 0; row < block.rows; ++row) {
    largest = std::max(largest, largest_magnitude(x + row * stride, block.cols));
  }
  const float scale = fp8_scale(largest);
  for (int64_t row = 0; row < block.rows; ++row) {
    if (largest >= kFp32Infinity) {
      std::fill_n(out + row * stride, block.cols, kFp8NaN);
    } else {
      quantise_numbers(x + row * stride, block.cols, scale, out + row * stride);
    }
  }
  return scale;
}

template <class T>
[[gnu::always_inline]] inline void quantise_all(const T* x, Fp8Shape shape, Fp8Shape block,
                                                int64_t first, int64_t last, uint8_t* values,
                                                Fp8Scales scales) {
  for (int64_t i = first; i < last; ++i) {
    const int64_t row = i * block.rows;
    const int64_t num_rows = std::min(block.rows, shape.rows - row);
    for (int64_t col = 0; col < shape.cols; col += block.cols) {
      const Fp8Shape cut{num_rows, std::min(block.cols, shape.cols - col)};
      const int64_t at = row * shape.cols + col;
      scales.data[i * scales.row_stride + col / block.cols * scales.col_stride] =
          quantise_block(x + at, shape.cols, cut, values + at);
    }
  }
}

/// Columns that are turned around at a time: a cache line of bf16.
constexpr int64_t kStrip = 32;

/// Up to kStrip columns of up to 128 rows.
template <class T>
[[gnu::always_inline]] inline void quantise_strip(const T* x, Fp8Shape shape, Fp8Shape strip,
                                                  uint8_t* values, float* scales) {
  uint32_t largest[kStrip] = {};
  for (int64_t row = 0; row < strip.rows; ++row) {
    const T* from = x + row * shape.cols;
#pragma omp simd
    for (int64_t col = 0; col < strip.cols; ++col) {
      const uint32_t bits = magnitude_bits(from[col]);
      largest[col] = bits > largest[col] ? bits : largest[col];
    }
  }
  float scale[kStrip] = {};
  for (int64_t col = 0; col < strip.cols; ++col) scale[col] = fp8_scale(largest[col]);
  uint8_t bytes[kFp8Side][kStrip];
  for (int64_t row = 0; row < strip.rows; ++row) {
    const T* from = x + row * shape.cols;
#pragma omp simd
    for (int64_t col = 0; col < strip.cols; ++col) {
      bytes[row][col] = fp8_rounded(widened(from[col]) / scale[col]);
    }
  }
  for (int64_t col = 0; col < strip.cols; ++col) {
    scales[col] = scale[col];
    uint8_t* to = values + col * shape.rows;
    for (int64_t row = 0; row < strip.rows; ++row) {
      to[row] = largest[col] >= kFp32Infinity ? kFp8NaN : bytes[row][col];
    }
  }
}

template <class T>
[[gnu::always_inline]] inline void quantise_tile(const T* x, Fp8Shape shape, int64_t tile,
                                                 uint8_t* values, float* scales) {
  const int64_t row = tile * kFp8Side;
  const int64_t num_rows = std::min(kFp8Side, shape.rows - row);
  for (int64_t col = 0; col < shape.cols; col += kStrip) {
    const Fp8Shape strip{num_rows, std::min(kStrip, shape.cols - col)};
    quantise_strip(x + row * shape.cols + col, shape, strip, values + col * shape.rows + row,
                   scales + col);
  }
}

template <class T>
[[gnu::always_inline]] inline void dequantise_all(const uint8_t* values, Fp8Shape shape,
                                                  Fp8Shape block, int64_t first, int64_t last,
                                                  Fp8Scales scales, T* out) {
  const int64_t end = std::min(shape.rows, last * block.rows);
  for (int64_t row = first * block.rows; row < end; ++row) {
    const float* scale = scales.data + row / block.rows * scales.row_stride;
    for (int64_t col = 0; col < shape.cols; col += block.cols) {
      const float factor = scale[col / block.cols * scales.col_stride];
      const int64_t num = std::min(block.cols, shape.cols - col);
      const uint8_t* from = values + row * shape.cols + col;
      T* to = out + row * shape.cols + col;
#pragma omp simd
      for (int64_t i = 0; i < num; ++i) to[i] = narrowed<T>(fp8_widened(from[i]) * factor);
    }
  }
}

}  // namespace

#define ASSAY_FP8_LOOPS(T)                                                                         \
  template <>                                                                                      \
  ASSAY_FOR_EACH_CPU void quantise_blocks(const T* x, Fp8Shape shape, Fp8Shape block,              \
                                          int64_t first, int64_t last, uint8_t* values,            \
                                          Fp8Scales scales) {                                      \
    quantise_all(x, shape, block, first, last, values, scales);                                    \
  }                                                                                                \
  template <>                                                                                      \
  ASSAY_FOR_EACH_CPU void quantise_columns(const T* x, Fp8Shape shape, int64_t tile,               \
                                           uint8_t* values, float* scales) {                       \
    quantise_tile(x, shape, tile, values, scales);                                                 \
  }                                                                                                \
  template <>                                                                                      \
  ASSAY_FOR_EACH_CPU void dequantise_blocks(const uint8_t* values, Fp8Shape shape, Fp8Shape block, \
                                            int64_t first, int64_t last, Fp8Scales scales,         \
                                            T* out) {                                              \
    dequantise_all(values, shape, block, first, last, scales, out);                                \
  }

ASSAY_FP8_LOOPS(float)
ASSAY_FP8_LOOPS(Bf16)

}  // namespace assay::kernels::rows
