#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace assay::kernels {

/// Which numbers of a matrix share a scale.
enum class Fp8Block {
  kTile,    ///< 1 x 128 of a row: activations and gradients
  kSquare,  ///< 128 x 128: weights
  kRow,     ///< a whole row
};

/// A matrix in e4m3 with a scale a block: a number is value x scale. Blocks at the edges may be cut
/// off. The scales lie as cuBLASLt wants them: of tiles the rows are next to each other in memory
/// (strides 1, R), of squares a row of blocks is padded to a multiple of four.
struct Fp8Matrix {
  at::Tensor values;  ///< float8_e4m3fn [R, C], no gaps
  at::Tensor scales;  ///< fp32 [R, C / 128], [R / 128, C / 128] or [R, 1], quotients rounded up
  Fp8Block block = Fp8Block::kTile;
};

/// Quantises x [R, C], fp32 or bf16, each number to the nearest e4m3 number of its block's scale:
/// the block's largest magnitude / 448, in fp32, no less than 2^-126. Zeros stay zeros. A block
/// with a number that is not finite becomes NaN as a whole, values and scale, so that it shows in
/// whatever is computed from it. The CPU and CUDA give the same bits. Throws: c10::Error for other
/// dtypes. Source: DeepSeek-V3, arXiv 2412.19437, section 3.3.2.
Fp8Matrix quantise(const at::Tensor& x, Fp8Block block);

/// Quantises x^T, x [R, C], in tiles of 128 of a column of x: [C, R]. For products that sum over
/// the rows of x.
Fp8Matrix quantise_transposed(const at::Tensor& x);

/// The same two by plain operators of LibTorch, on any device: what the loops and the CUDA kernels
/// are held against.
Fp8Matrix quantise_by_operators(const at::Tensor& x, Fp8Block block);

/// The transpose of a matrix in squares, without rounding anything again.
Fp8Matrix transposed(const Fp8Matrix& matrix);

/// Rows [begin, begin + count) of a matrix in tiles.
Fp8Matrix rows_of(const Fp8Matrix& matrix, int64_t begin, int64_t count);

/// The numbers, in fp32 or bf16 [R, C].
at::Tensor dequantise(const Fp8Matrix& matrix, at::ScalarType dtype);

}  // namespace assay::kernels
