#include "kernels/block_products.h"

#include <ATen/ATen.h>

#include <catch2/catch.hpp>

using assay::kernels::BlockProducts;
using assay::kernels::ColumnRange;
using assay::kernels::LinearSizes;
using assay::kernels::suits_block_products;

namespace {

/// Both products in two ranges of columns beside LibTorch's products in double.
void check_products(const LinearSizes& sizes) {
  INFO("rows " << sizes.rows << ", in " << sizes.in << ", out " << sizes.out);
  const at::Tensor x = at::randn({sizes.rows, sizes.in}).to(at::kBFloat16);
  const at::Tensor weight = at::randn({1, sizes.out, sizes.in}).to(at::kBFloat16);
  const at::Tensor grad = at::randn({sizes.rows, sizes.out}).to(at::kBFloat16);
  if (!suits_block_products(x, weight)) {
    WARN("this processor has no such instructions: nothing was compared");
    return;
  }
  const at::Tensor result = at::full_like(grad, 7);
  const at::Tensor grad_x = at::full_like(x, 7);
  BlockProducts products;
  const auto in_two = [](int64_t size, const auto& work) {
    const int64_t middle = size / 128 * 64;
    work(ColumnRange{0, middle});
    work(ColumnRange{middle, size});
  };
  const auto* factors = weight.const_data_ptr<at::BFloat16>();
  in_two(sizes.out, [&](ColumnRange range) {
    products.forward(sizes, x.const_data_ptr<at::BFloat16>(), factors, range,
                     result.mutable_data_ptr<at::BFloat16>());
  });
  in_two(sizes.in, [&](ColumnRange range) {
    products.row_gradient(sizes, grad.const_data_ptr<at::BFloat16>(), factors, range,
                          grad_x.mutable_data_ptr<at::BFloat16>());
  });
  const auto same = [](const at::Tensor& ours, const at::Tensor& exact) {
    const double difference = (ours.to(at::kDouble) - exact).norm().item<double>();
    CHECK(difference <= 4e-3 * exact.norm().item<double>());
  };
  const at::Tensor wide_weight = weight[0].to(at::kDouble);
  same(result, at::mm(x.to(at::kDouble), wide_weight.t()));
  same(grad_x, at::mm(grad.to(at::kDouble), wide_weight));
}

}  // namespace

TEST_CASE("block products are those of linear algebra, whatever the shape") {
  at::manual_seed(11);
  const auto any = [](int64_t most) { return at::randint(1, most, {1}).item<int64_t>(); };
  for (int round = 0; round < 15; ++round) check_products({any(400), 2 * any(200), 2 * any(200)});
  check_products({600, 320, 130});
  check_products({0, 64, 64});
}

TEST_CASE("products that are not in plain memory order or not in bf16 are left to others") {
  const at::Tensor rows = at::zeros({4, 6}, at::kBFloat16);
  const at::Tensor weight = at::zeros({2, 8, 6}, at::kBFloat16);
  CHECK_FALSE(suits_block_products(rows.to(at::kFloat), weight.to(at::kFloat)));
  CHECK_FALSE(suits_block_products(at::zeros({6, 4}, at::kBFloat16).t(), weight));
  CHECK_FALSE(
      suits_block_products(at::zeros({4, 5}, at::kBFloat16), at::zeros({2, 8, 5}, at::kBFloat16)));
}
