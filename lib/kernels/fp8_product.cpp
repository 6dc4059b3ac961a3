#include "kernels/fp8_product.h"

#include <ATen/ATen.h>
#include <ATen/BlasBackend.h>
#include <ATen/ops/_scaled_mm_v2.h>

#include "kernels/fp8_bits.h"

// Shapes: M rows of a, N rows of b, K summed over.
namespace assay::kernels {
namespace {

using at::blas::ScalingType;

// The library wants rows of 16-byte lengths; whole blocks along the sum leave nothing to its
// treatment of cut off ones.
constexpr int64_t kRowMultiple = 16;

int64_t filled_up(int64_t numbers, int64_t multiple) {
  return (numbers + multiple - 1) / multiple * multiple;
}

/// A matrix with zeros up to whole blocks of columns and, in tiles, a multiple of rows. Its blocks
/// stay the same ones.
Fp8Matrix filled_up(const Fp8Matrix& matrix, int64_t row_multiple) {
  const int64_t num_rows = matrix.values.size(0);
  const int64_t num_cols = matrix.values.size(1);
  const int64_t more_rows = filled_up(num_rows, row_multiple) - num_rows;
  const int64_t more_cols = filled_up(num_cols, kFp8Side) - num_cols;
  if (more_rows == 0 && more_cols == 0) return matrix;
  const at::Tensor bytes = matrix.values.view(at::kByte);
  Fp8Matrix filled = matrix;
  filled.values = at::constant_pad_nd(bytes, {0, more_cols, 0, more_rows}).view(at::kFloat8_e4m3fn);
  if (more_rows > 0) {
    filled.scales = at::constant_pad_nd(matrix.scales.t(), {0, more_rows}).t();
  }
  return filled;
}

/// The scales of squares as the library wants those of a transposed right side: [K / 128 rounded up
/// to 4, N / 128], with the rows next to each other in memory.
at::Tensor scales_of_squares(const Fp8Matrix& b) {
  const int64_t padded = b.scales.stride(0);
  return b.scales.as_strided({padded, b.scales.size(0)}, {1, padded});
}

at::Tensor product_on_cuda(const Fp8Matrix& a, const Fp8Matrix& b, at::ScalarType dtype) {
  const int64_t num_rows = a.values.size(0);
  const Fp8Matrix left = filled_up(a, kRowMultiple);
  const Fp8Matrix right = filled_up(b, 1);
  const bool squares = b.block == Fp8Block::kSquare;
  const auto recipe = [](ScalingType type) { return std::vector<int64_t>{static_cast<int>(type)}; };
  constexpr auto kNoSwizzle = static_cast<int64_t>(at::blas::SwizzleType::NO_SWIZZLE);
  const at::Tensor product = at::_scaled_mm_v2(
      left.values, right.values.t(), {left.scales}, recipe(ScalingType::BlockWise1x128),
      {kNoSwizzle}, {squares ? scales_of_squares(right) : right.scales},
      recipe(squares ? ScalingType::BlockWise128x128 : ScalingType::BlockWise1x128), {kNoSwizzle},
      /*bias=*/std::nullopt, dtype, /*contraction_dim=*/{}, /*use_fast_accum=*/false);
  return product.narrow(0, 0, num_rows);
}

}  // namespace

at::Tensor fp8_product(const Fp8Matrix& a, const Fp8Matrix& b, at::ScalarType dtype) {
  TORCH_CHECK(a.block == Fp8Block::kTile && b.block != Fp8Block::kRow,
              "[kernels] an fp8 product takes tiles on the left and tiles or squares on the right");
  TORCH_CHECK(a.values.size(1) == b.values.size(1),
              "[kernels] an fp8 product sums over unequal sizes: ", a.values.sizes(), " and ",
              b.values.sizes());
  if (a.values.is_cuda()) return product_on_cuda(a, b, dtype);
  return at::mm(dequantise(a, at::kFloat), dequantise(b, at::kFloat).t()).to(dtype);
}

}  // namespace assay::kernels
