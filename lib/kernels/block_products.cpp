#include "kernels/block_products.h"

#include <ATen/Context.h>
#include <ATen/native/CPUBlas.h>
#include <fbgemm/Utils.h>

#include <algorithm>

#include "kernels/pair_loops.h"

namespace assay::kernels {
namespace {

using at::BFloat16;

constexpr int64_t kPanel = 64;        // columns of the right factor that a kernel takes at once
constexpr int64_t kRowBlock = 64;     // rows of the left factor, so that their sums stay in L2
constexpr int64_t kInnerBlock = 256;  // of a panel, so that it stays in L1

template <class T>
T* with_room(std::vector<T>& memory, int64_t size) {
  if (static_cast<int64_t>(memory.size()) < size) memory.resize(static_cast<size_t>(size));
  return memory.data();
}

}  // namespace

BlockProducts::~BlockProducts() { at::native::cpublas::brgemm_release(); }

void BlockProducts::multiply(const BFloat16* left, int64_t rows, int64_t inner, int64_t columns,
                             BFloat16* result, int64_t result_stride) {
  float* sums = with_room(sums_, kRowBlock * columns);
  for (int64_t row = 0; row < rows; row += kRowBlock) {
    const int64_t num_rows = std::min(kRowBlock, rows - row);
    for (int64_t first = 0; first < columns; first += kPanel) {
      const int64_t width = std::min(kPanel, columns - first);
      const BFloat16* panel = panels_.data() + first * inner;
      for (int64_t k = 0; k < inner; k += kInnerBlock) {
        at::native::cpublas::brgemm(num_rows, width, std::min(kInnerBlock, inner - k), inner, width,
                                    columns, /*add_C=*/k > 0, left + row * inner + k,
                                    panel + k * width, sums + first);
      }
    }
    rows::narrow_rows(sums, num_rows, columns,
                      reinterpret_cast<rows::Bf16*>(result + row * result_stride), result_stride);
  }
}

void BlockProducts::forward(const LinearSizes& sizes, const BFloat16* x, const BFloat16* weight,
                            ColumnRange range, BFloat16* result) {
  if (sizes.rows == 0) return;
  const int64_t columns = range.end - range.begin;
  BFloat16* panels = with_room(panels_, columns * sizes.in);
  for (int64_t first = 0; first < columns; first += kPanel) {
    const int64_t width = std::min(kPanel, columns - first);
    // A pair of numbers is moved as one number of 32 bits.
    fbgemm::transpose_simd(
        width, sizes.in / 2,
        reinterpret_cast<const float*>(weight + (range.begin + first) * sizes.in), sizes.in / 2,
        reinterpret_cast<float*>(panels + first * sizes.in), width);
  }
  multiply(x, sizes.rows, sizes.in, columns, result + range.begin, sizes.out);
}

void BlockProducts::row_gradient(const LinearSizes& sizes, const BFloat16* grad,
                                 const BFloat16* weight, ColumnRange range, BFloat16* result) {
  if (sizes.rows == 0) return;
  const int64_t columns = range.end - range.begin;
  auto* panels = reinterpret_cast<rows::Bf16*>(with_room(panels_, columns * sizes.out));
  const auto* from = reinterpret_cast<const rows::Bf16*>(weight) + range.begin;
  for (int64_t first = 0; first < columns; first += kPanel) {
    rows::interleave_rows(from + first, sizes.in, sizes.out, std::min(kPanel, columns - first),
                          panels + first * sizes.out);
  }
  multiply(grad, sizes.rows, sizes.out, columns, result + range.begin, sizes.in);
}

bool suits_block_products(const at::Tensor& rows, const at::Tensor& weight) {
  if (!rows.is_cpu() || rows.scalar_type() != at::kBFloat16) return false;
  if (weight.scalar_type() != at::kBFloat16) return false;
  if (!rows.is_contiguous() || !weight.is_contiguous()) return false;
  if (weight.size(1) % 2 != 0 || weight.size(2) % 2 != 0) return false;
  return at::globalContext().userEnabledMkldnn() && __builtin_cpu_supports("avx512bf16") != 0;
}

}  // namespace assay::kernels
