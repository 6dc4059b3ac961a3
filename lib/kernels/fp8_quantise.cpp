#include "kernels/fp8_quantise.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <limits>

#include "kernels/fp8_bits.h"
#include "kernels/fp8_loops.h"
#include "kernels/row_split.h"

#if ASSAY_CUDA
#include <c10/cuda/CUDAException.h>
#include <c10/cuda/CUDAGuard.h>
#include <c10/cuda/CUDAStream.h>

#include "kernels/fp8_device.h"
#endif

// Shapes: R rows, C columns.
namespace assay::kernels {
namespace {

int64_t in_blocks(int64_t numbers, int64_t side) { return (numbers + side - 1) / side; }

rows::Fp8Shape block_shape(Fp8Block block, int64_t num_cols) {
  switch (block) {
    case Fp8Block::kTile:
      return {1, kFp8Side};
    case Fp8Block::kSquare:
      return {kFp8Side, kFp8Side};
    case Fp8Block::kRow:
      break;
  }
  return {1, std::max<int64_t>(1, num_cols)};
}

/// Scales in the memory order that fp8_quantise.h promises.
at::Tensor empty_scales(Fp8Block block, int64_t num_rows, int64_t num_cols,
                        const at::TensorOptions& like) {
  const at::TensorOptions options = like.dtype(at::kFloat);
  const int64_t across = in_blocks(num_cols, kFp8Side);
  if (block == Fp8Block::kRow) return at::empty({num_rows, 1}, options);
  if (block == Fp8Block::kTile) return at::empty({across, num_rows}, options).t();
  constexpr int64_t kPadding = 4;
  const int64_t padded = in_blocks(across, kPadding) * kPadding;
  return at::zeros({in_blocks(num_rows, kFp8Side), padded}, options).narrow(1, 0, across);
}

Fp8Matrix empty_matrix(Fp8Block block, int64_t num_rows, int64_t num_cols,
                       const at::TensorOptions& like) {
  return {.values = at::empty({num_rows, num_cols}, like.dtype(at::kFloat8_e4m3fn)),
          .scales = empty_scales(block, num_rows, num_cols, like),
          .block = block};
}

uint8_t* bytes_of(const at::Tensor& values) { return static_cast<uint8_t*>(values.data_ptr()); }

rows::Fp8Scales scales_of(const at::Tensor& scales) {
  return {scales.data_ptr<float>(), scales.stride(0), scales.stride(1)};
}

void require_quantisable(const at::Tensor& x) {
  TORCH_CHECK(x.dim() == 2, "[kernels] fp8 quantisation takes matrices: ", x.sizes());
  TORCH_CHECK(x.scalar_type() == at::kFloat || x.scalar_type() == at::kBFloat16,
              "[kernels] fp8 quantisation takes fp32 or bf16: ", x.scalar_type());
}

#if ASSAY_CUDA
device::Fp8Work work_on(const at::Tensor& x, const Fp8Matrix& out) {
  return {.x = x.const_data_ptr(),
          .is_bf16 = x.scalar_type() == at::kBFloat16,
          .rows = x.size(0),
          .cols = x.size(1),
          .values = bytes_of(out.values),
          .scales = out.scales.data_ptr<float>(),
          .scale_row_stride = out.scales.stride(0),
          .scale_col_stride = out.scales.stride(1),
          .stream = c10::cuda::getCurrentCUDAStream().stream()};
}

void quantise_on_cuda(const at::Tensor& x, const Fp8Matrix& out) {
  const c10::cuda::CUDAGuard guard(x.device());
  const rows::Fp8Shape block = block_shape(out.block, x.size(1));
  if (out.block == Fp8Block::kTile) {
    device::quantise_tiles(work_on(x, out));
  } else {
    device::quantise_blocks(work_on(x, out), block.rows, block.cols);
  }
  C10_CUDA_KERNEL_LAUNCH_CHECK();
}

void quantise_transposed_on_cuda(const at::Tensor& x, const Fp8Matrix& out) {
  const c10::cuda::CUDAGuard guard(x.device());
  device::quantise_columns(work_on(x, out));
  C10_CUDA_KERNEL_LAUNCH_CHECK();
}
#endif

void quantise_on_cpu(const at::Tensor& x, const Fp8Matrix& out) {
  const rows::Fp8Shape shape{x.size(0), x.size(1)};
  const rows::Fp8Shape block = block_shape(out.block, shape.cols);
  const rows::Fp8Scales scales = scales_of(out.scales);
  uint8_t* values = bytes_of(out.values);
  with_row_type(x, [&]<class T>(T) {
    const T* from = row_data<T>(x);
    split_rows(in_blocks(shape.rows, block.rows), block.rows * shape.cols,
               [&](int64_t first, int64_t last) {
                 rows::quantise_blocks(from, shape, block, first, last, values, scales);
               });
  });
}

void quantise_transposed_on_cpu(const at::Tensor& x, const Fp8Matrix& out) {
  const rows::Fp8Shape shape{x.size(0), x.size(1)};
  const rows::Fp8Scales scales = scales_of(out.scales);
  uint8_t* values = bytes_of(out.values);
  with_row_type(x, [&]<class T>(T) {
    const T* from = row_data<T>(x);
    split_rows(in_blocks(shape.rows, kFp8Side), kFp8Side * shape.cols,
               [&](int64_t first, int64_t last) {
                 for (int64_t tile = first; tile < last; ++tile) {
                   rows::quantise_columns(from, shape, tile, values,
                                          scales.data + tile * scales.col_stride);
                 }
               });
  });
}

/// The blocks of a matrix, filled up with zeros: [block rows, rows of a block, block columns,
/// columns of a block].
at::Tensor in_whole_blocks(const at::Tensor& x, rows::Fp8Shape block) {
  const int64_t down = in_blocks(x.size(0), block.rows);
  const int64_t across = in_blocks(x.size(1), block.cols);
  const at::Tensor padded = at::constant_pad_nd(
      x, {0, across * block.cols - x.size(1), 0, down * block.rows - x.size(0)});
  return padded.view({down, block.rows, across, block.cols});
}

/// The part of such blocks that is the matrix.
at::Tensor from_whole_blocks(const at::Tensor& blocks, int64_t num_rows, int64_t num_cols) {
  return blocks.flatten(2, 3)
      .flatten(0, 1)
      .slice(0, 0, num_rows)
      .slice(1, 0, num_cols)
      .contiguous();
}

at::Tensor dequantise_by_operators(const Fp8Matrix& matrix, at::ScalarType dtype) {
  const at::Tensor& values = matrix.values;
  const at::Tensor blocks =
      in_whole_blocks(values.to(at::kFloat), block_shape(matrix.block, values.size(1)));
  const at::Tensor scaled = blocks * matrix.scales.unsqueeze(1).unsqueeze(3);
  return from_whole_blocks(scaled, values.size(0), values.size(1)).to(dtype);
}

}  // namespace

Fp8Matrix quantise(const at::Tensor& x, Fp8Block block) {
  require_quantisable(x);
  const at::Tensor whole = x.contiguous();
  const Fp8Matrix out = empty_matrix(block, x.size(0), x.size(1), x.options());
#if ASSAY_CUDA
  if (x.is_cuda()) {
    quantise_on_cuda(whole, out);
    return out;
  }
#endif
  if (!x.is_cpu()) return quantise_by_operators(x, block);
  quantise_on_cpu(whole, out);
  return out;
}

Fp8Matrix quantise_transposed(const at::Tensor& x) {
  require_quantisable(x);
  const at::Tensor whole = x.contiguous();
  const Fp8Matrix out = empty_matrix(Fp8Block::kTile, x.size(1), x.size(0), x.options());
#if ASSAY_CUDA
  if (x.is_cuda()) {
    quantise_transposed_on_cuda(whole, out);
    return out;
  }
#endif
  if (!x.is_cpu()) return quantise_by_operators(x.t(), Fp8Block::kTile);
  quantise_transposed_on_cpu(whole, out);
  return out;
}

Fp8Matrix quantise_by_operators(const at::Tensor& x, Fp8Block block) {
  require_quantisable(x);
  Fp8Matrix out = empty_matrix(block, x.size(0), x.size(1), x.options());
  const at::Tensor blocks = in_whole_blocks(x.to(at::kFloat), block_shape(block, x.size(1)));
  const at::Tensor largest = blocks.abs().amax({1, 3}, /*keepdim=*/true);
  // Divided by a tensor: CUDA turns a division by a number into a product with its inverse.
  const at::Tensor limit = at::full({}, kLargestFp8, largest.options());
  const at::Tensor scales =
      at::where(largest.isfinite(), (largest / limit).clamp_min(std::numeric_limits<float>::min()),
                at::full({}, std::numeric_limits<float>::quiet_NaN(), largest.options()));
  out.scales.copy_(scales.squeeze(3).squeeze(1));
  const at::Tensor quotients = blocks / scales;
  const at::Tensor rounded = from_whole_blocks(quotients, x.size(0), x.size(1));
  const at::Tensor bytes = rounded.to(at::kFloat8_e4m3fn).view(at::kByte);
  // One kind of NaN, whatever sign a device's cast gives it.
  out.values.view(at::kByte).copy_(
      at::where(rounded.isnan(), at::full({}, int64_t{kFp8NaN}, bytes.options()), bytes));
  return out;
}

Fp8Matrix transposed(const Fp8Matrix& matrix) {
  TORCH_CHECK(matrix.block == Fp8Block::kSquare,
              "[kernels] only a matrix in squares has the same blocks transposed");
  const at::Tensor& values = matrix.values;
  Fp8Matrix out = {
      .values = values.view(at::kByte).t().contiguous().view(at::kFloat8_e4m3fn),
      .scales = empty_scales(matrix.block, values.size(1), values.size(0), values.options()),
      .block = matrix.block};
  out.scales.copy_(matrix.scales.t());
  return out;
}

Fp8Matrix rows_of(const Fp8Matrix& matrix, int64_t begin, int64_t count) {
  TORCH_CHECK(matrix.block == Fp8Block::kTile, "[kernels] rows are cut out of tiles only");
  // A copy: a single column of scales counts as contiguous with the strides of the whole matrix,
  // which the library refuses.
  const at::Tensor scales = matrix.scales.narrow(0, begin, count).t();
  return {.values = matrix.values.narrow(0, begin, count),
          .scales = scales.clone(at::MemoryFormat::Contiguous).t(),
          .block = matrix.block};
}

at::Tensor dequantise(const Fp8Matrix& matrix, at::ScalarType dtype) {
  if (!matrix.values.is_cpu()) return dequantise_by_operators(matrix, dtype);
  const at::Tensor& values = matrix.values;
  const rows::Fp8Shape shape{values.size(0), values.size(1)};
  const rows::Fp8Shape block = block_shape(matrix.block, shape.cols);
  const rows::Fp8Scales scales = scales_of(matrix.scales);
  at::Tensor out = at::empty(values.sizes(), values.options().dtype(dtype));
  with_row_type(out, [&]<class T>(T) {
    T* to = mutable_row_data<T>(out);
    split_rows(in_blocks(shape.rows, block.rows), block.rows * shape.cols,
               [&](int64_t first, int64_t last) {
                 rows::dequantise_blocks(bytes_of(values), shape, block, first, last, scales, to);
               });
  });
  return out;
}

}  // namespace assay::kernels
