#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

/// Small bf16 matrix products on one thread by oneDNN's block kernels
/// (at::native::cpublas::brgemm), for products too many and too small for the library's front end,
/// which makes a primitive for each call and compiles one for each number of rows. The layout that
/// they need (the right factor in panels, in pairs of rows) is made here, in memory that stays in
/// the cache.
namespace assay::kernels {

/// Sizes of one linear layer's products; `in` and `out` are even.
struct LinearSizes {
  int64_t rows = 0;
  int64_t in = 0;
  int64_t out = 0;
};

/// Columns of a result, one thread's share; `begin` is even.
struct ColumnRange {
  int64_t begin = 0;
  int64_t end = 0;
};

/// The products of one linear layer with its weight, sums in fp32. All arrays are row-major
/// without gaps. One object serves one thread.
class BlockProducts {
 public:
  BlockProducts() = default;
  BlockProducts(const BlockProducts&) = delete;
  BlockProducts& operator=(const BlockProducts&) = delete;
  ~BlockProducts();

  /// result [rows, out] = x [rows, in] x weight [out, in]^T in columns `range`.
  void forward(const LinearSizes& sizes, const at::BFloat16* x, const at::BFloat16* weight,
               ColumnRange range, at::BFloat16* result);
  /// result [rows, in] = grad [rows, out] x weight [out, in] in columns `range`.
  void row_gradient(const LinearSizes& sizes, const at::BFloat16* grad, const at::BFloat16* weight,
                    ColumnRange range, at::BFloat16* result);

 private:
  /// left [rows, inner] x the `columns` columns whose panels are in panels_, to rows of `result`
  /// that are result_stride apart.
  void multiply(const at::BFloat16* left, int64_t rows, int64_t inner, int64_t columns,
                at::BFloat16* result, int64_t result_stride);

  std::vector<at::BFloat16> panels_;
  std::vector<float> sums_;  ///< of one block of rows
};

/// Whether this processor and these tensors suit BlockProducts: AVX512_BF16, bf16 in plain memory
/// order, even sizes. rows [M, in], weight [E, out, in].
bool suits_block_products(const at::Tensor& rows, const at::Tensor& weight);

}  // namespace assay::kernels
