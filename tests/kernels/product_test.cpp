#include "kernels/product.h"

#include <ATen/ATen.h>

#include <catch2/catch.hpp>

#include "gradient_check.h"

using assay::kernels::linear;
using assay::kernels::require_difference_quotients;
using assay::kernels::require_same;
using assay::kernels::ShapeDraw;
using assay::kernels::widened_linear;

namespace {

at::Tensor narrow(const std::vector<int64_t>& sizes) { return at::randn(sizes).to(at::kBFloat16); }

/// x in bf16 whose products with the like are exact in fp32, in any order.
at::Tensor small_integers(const std::vector<int64_t>& sizes) {
  return at::randint(-8, 9, sizes).to(at::kBFloat16);
}

}  // namespace

TEST_CASE("a widened product is the exact one, rounded once") {
  at::manual_seed(3);
  const at::Tensor x = small_integers({5, 7, 96});
  const at::Tensor weight = small_integers({33, 96});
  const at::Tensor bias = small_integers({33});
  const at::Tensor exact = at::linear(x.to(at::kDouble), weight.to(at::kDouble));
  CHECK(widened_linear(x, weight).equal(exact.to(at::kBFloat16)));
  CHECK(widened_linear(x, weight, bias).equal((exact + bias.to(at::kDouble)).to(at::kBFloat16)));
}

TEST_CASE("a widened product's gradients are the library's in fp32") {
  at::manual_seed(3);
  ShapeDraw draw(11);
  for (int i = 0; i < 20; ++i) {
    const int64_t rows = draw.up_to(40);
    const int64_t in = draw.up_to(70);
    const int64_t out = draw.up_to(70);
    require_same([](const auto& x) { return widened_linear(x[0], x[1], x[2]); },
                 [](const auto& x) { return at::linear(x[0], x[1], x[2]); },
                 {at::randn({2, rows, in}), at::randn({out, in}), at::randn({out})});
  }
}

TEST_CASE("a widened product's gradients are difference quotients") {
  at::manual_seed(3);
  require_difference_quotients([](const auto& x) { return widened_linear(x[0], x[1], x[2]); },
                               {at::randn({3, 4}), at::randn({5, 4}), at::randn({5})});
  require_difference_quotients(
      [](const auto& x) { return assay::kernels::widened_matmul(x[0], x[1].transpose(-2, -1)); },
      {at::randn({2, 2, 3, 4}), at::randn({2, 2, 5, 4})});
}

TEST_CASE("a product in bf16 agrees with fp32's whatever the processor") {
  at::manual_seed(3);
  require_same([](const auto& x) { return linear(x[0], x[1], x[2]); },
               [](const auto& x) { return at::linear(x[0], x[1], x[2]); },
               {narrow({48, 64}), narrow({32, 64}), narrow({32})}, 2e-2, 0.1);
}

TEST_CASE("products in bf16 are the exact ones, rounded once, at shapes drawn at random") {
  at::manual_seed(4);
  ShapeDraw draw(12);
  for (int i = 0; i < 40; ++i) {
    const int64_t rows = draw.up_to(70);
    const int64_t inner = draw.up_to(130);
    const int64_t cols = draw.up_to(70);
    INFO(rows << " x " << inner << " x " << cols);
    const at::Tensor a = small_integers({rows, inner});
    const at::Tensor b = small_integers({inner, cols});
    const at::Tensor exact = at::mm(a.to(at::kDouble), b.to(at::kDouble)).to(at::kBFloat16);
    CHECK(assay::kernels::product(a, b).equal(exact));
    CHECK(assay::kernels::matmul(a, b).equal(exact));
    CHECK(assay::kernels::widened_matmul(a, b).equal(exact));
    at::Tensor into = at::empty({rows, 2 * cols}, at::kBFloat16).narrow(1, 0, cols);
    assay::kernels::product_out(into, a, b);
    CHECK(into.equal(exact));
    CHECK(widened_linear(a, b.t()).equal(exact));
  }
}

TEST_CASE("a widened product keeps its operands narrow, and makes no gradient that nobody wants") {
  const at::Tensor x = narrow({3, 4});
  const at::Tensor weight = narrow({5, 4}).set_requires_grad(true);
  const at::Tensor out = widened_linear(x, weight);
  CHECK(out.scalar_type() == at::kBFloat16);
  out.sum().backward();
  CHECK(weight.grad().scalar_type() == at::kBFloat16);
  CHECK_FALSE(x.grad().defined());
}

TEST_CASE("only bf16 on a CPU is widened") {
  CHECK_FALSE(assay::kernels::widens_products(at::zeros({2})));
  const at::Tensor x = narrow({2, 2});
  const bool is_wide = assay::kernels::widened_for_product(x).scalar_type() == at::kFloat;
  CHECK(is_wide == assay::kernels::widens_products(x));
#if defined(__x86_64__)
  CHECK(is_wide == (__builtin_cpu_supports("avx512bw") == 0));
#endif
}
