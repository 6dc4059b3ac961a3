#include "kernels/fp8_linear.h"

#include <ATen/ATen.h>

#include <catch2/catch.hpp>

#include <algorithm>
#include <cmath>
#include <tuple>
#include <vector>

#include "gradient_check.h"
#include "kernels/fp8_product.h"

using assay::kernels::fp8_grouped_linear;
using assay::kernels::fp8_linear;
using assay::kernels::fp8_product;
using assay::kernels::Fp8Block;
using assay::kernels::quantise;
using assay::kernels::ShapeDraw;
using assay::kernels::value_and_gradients;

namespace {

/// The nearest number of e4m3 by search among all of them: nothing here is shared with the kernels.
double nearest_fp8(double x) {
  static const std::vector<double> kNumbers = [] {
    std::vector<double> numbers;
    for (int code = 0; code < 127; ++code) {
      const double part = (code % 8) / 8.0;
      numbers.push_back(code < 8 ? std::ldexp(part, -6) : std::ldexp(1 + part, code / 8 - 7));
    }
    return numbers;
  }();
  const double magnitude = std::abs(x);
  size_t best = 0;
  for (size_t i = 1; i < kNumbers.size(); ++i) {
    const double gain = std::abs(kNumbers[best] - magnitude) - std::abs(kNumbers[i] - magnitude);
    if (gain > 0 || (gain == 0 && i % 2 == 0)) best = i;
  }
  return std::copysign(kNumbers[best], x);
}

/// Rounds the block of x that begins at (row, col) in place.
void round_block(at::TensorAccessor<double, 2> x, int64_t row, int64_t col, int64_t down,
                 int64_t across) {
  const int64_t last_row = std::min(row + down, x.size(0));
  const int64_t last_col = std::min(col + across, x.size(1));
  float largest = 0;
  for (int64_t r = row; r < last_row; ++r) {
    for (int64_t c = col; c < last_col; ++c) {
      largest = std::max(largest, static_cast<float>(std::abs(x[r][c])));
    }
  }
  if (largest == 0) return;
  const float scale = largest / 448.0F;
  for (int64_t r = row; r < last_row; ++r) {
    for (int64_t c = col; c < last_col; ++c) {
      x[r][c] = nearest_fp8(static_cast<float>(x[r][c]) / scale) * scale;
    }
  }
}

/// x as its e4m3 form says it, with a scale for each `down` x `across` numbers, in fp64.
at::Tensor through_fp8(const at::Tensor& x, int64_t down, int64_t across) {
  at::Tensor out = x.to(at::kDouble).contiguous().clone();
  for (int64_t row = 0; row < x.size(0); row += down) {
    for (int64_t col = 0; col < x.size(1); col += across) {
      round_block(out.accessor<double, 2>(), row, col, down, across);
    }
  }
  return out;
}

/// y, dx and dW of DeepSeek's recipe in fp64, from x [N, I], W [O, I] and dy [N, O].
std::vector<at::Tensor> by_the_recipe(const at::Tensor& x, const at::Tensor& weight,
                                      const at::Tensor& grad) {
  const at::Tensor squares = through_fp8(weight, 128, 128);
  return {through_fp8(x, 1, 128).mm(squares.t()), through_fp8(grad, 1, 128).mm(squares),
          through_fp8(grad.t(), 1, 128).mm(through_fp8(x.t(), 1, 128).t())};
}

/// What value_and_gradients weights the result with.
at::Tensor gradient_of_sum(at::IntArrayRef shape) {
  at::Generator generator = at::detail::createCPUGenerator(99);
  return at::randn(shape, generator, at::kFloat);
}

void require_close(const at::Tensor& actual, const at::Tensor& expected, double relative) {
  const at::Tensor wide = actual.to(at::kDouble);
  const double error = (wide - expected).norm().item<double>() / expected.norm().item<double>();
  INFO("relative error " << error);
  CHECK(error < relative);
}

/// fp8_linear's y, dx and dW are the recipe's, which are given.
std::vector<at::Tensor> require_recipe(const at::Tensor& x, const at::Tensor& weight) {
  const at::ScalarType dtype = x.scalar_type();
  const at::Tensor grad = gradient_of_sum({x.size(0), weight.size(0)}).to(dtype);
  const auto actual = value_and_gradients(
      [](const auto& args) { return fp8_linear(args[0], args[1], {}); }, {x, weight});
  std::vector<at::Tensor> expected = by_the_recipe(x, weight, grad);
  // Results are rounded once to their dtype; sums are in fp32.
  const double tolerance = dtype == at::kFloat ? 1e-6 : 2.5e-3;
  for (size_t i = 0; i < expected.size(); ++i) {
    INFO("0 is y, 1 is dx, 2 is dW: " << i);
    CHECK(actual[i].scalar_type() == dtype);
    require_close(actual[i], expected[i], tolerance);
  }
  return expected;
}

}  // namespace

TEST_CASE("a linear layer in fp8 is DeepSeek's recipe") {
  at::manual_seed(21);
  const auto dtype = GENERATE(at::kFloat, at::kBFloat16);
  const auto [tokens, in, out] =
      GENERATE(std::tuple{5, 16, 32}, std::tuple{130, 144, 48}, std::tuple{257, 160, 272});
  const at::Tensor x = at::randn({tokens, in}).to(dtype);
  const at::Tensor weight = (at::randn({out, in}) * 0.02).to(dtype);
  const std::vector<at::Tensor> expected = require_recipe(x, weight);
  // The products of unrounded numbers are something else.
  const at::Tensor exact = x.to(at::kDouble).mm(weight.to(at::kDouble).t());
  const double change = (expected[0] - exact).norm().item<double>() / exact.norm().item<double>();
  CHECK(change > 0.01);
  CHECK(change < 0.06);
}

TEST_CASE("linear layers in fp8 are the recipe at shapes drawn at random") {
  at::manual_seed(24);
  ShapeDraw draw(24);
  for (int i = 0; i < 20; ++i) {
    const int64_t tokens = draw.up_to(300);
    const int64_t in = 16 * draw.up_to(20);
    const int64_t out = 16 * draw.up_to(20);
    INFO(tokens << " tokens, " << in << " to " << out);
    const auto dtype = i % 2 == 0 ? at::kFloat : at::kBFloat16;
    require_recipe(at::randn({tokens, in}).to(dtype), (at::randn({out, in}) * 0.02).to(dtype));
  }
}

TEST_CASE("a bias is added after the product in fp8 and gets its gradient") {
  at::manual_seed(22);
  const at::Tensor x = at::randn({6, 32});
  const at::Tensor weight = at::randn({16, 32});
  const at::Tensor bias = at::randn({16}).set_requires_grad(true);
  const at::Tensor y = fp8_linear(x, weight, bias);
  CHECK(at::allclose(y.detach(), fp8_linear(x, weight, {}) + bias.detach()));
  y.sum().backward();
  CHECK(bias.grad().equal(at::full({16}, 6.0F)));
}

TEST_CASE("gradients in fp8 are made for those who ask") {
  const at::Tensor x = at::randn({6, 32}).set_requires_grad(true);
  const at::Tensor weight = at::randn({16, 32});
  fp8_linear(x, weight, {}).sum().backward();
  CHECK(x.grad().defined());
  const at::Tensor wanted = weight.clone().set_requires_grad(true);
  fp8_linear(x.detach(), wanted, {}).sum().backward();
  CHECK(wanted.grad().defined());
  const at::NoGradGuard no_grad;
  CHECK_FALSE(fp8_linear(x, wanted, {}).requires_grad());
}

TEST_CASE("experts in fp8 are one linear layer an expert") {
  at::manual_seed(23);
  const auto dtype = GENERATE(at::kFloat, at::kBFloat16);
  const at::Tensor row_ends = at::tensor({40, 40, 200, 211}, at::kInt);
  const at::Tensor rows = at::randn({211, 144}).to(dtype);
  const at::Tensor weight = at::randn({4, 48, 144}).to(dtype);
  const auto grouped = value_and_gradients(
      [&](const auto& in) { return fp8_grouped_linear(in[0], in[1], row_ends); }, {rows, weight});
  const auto one_by_one = value_and_gradients(
      [&](const auto& in) {
        std::vector<at::Tensor> parts;
        int64_t begin = 0;
        for (int64_t expert = 0; expert < 4; ++expert) {
          const auto end = row_ends[expert].template item<int64_t>();
          parts.push_back(fp8_linear(in[0].slice(0, begin, end), in[1][expert], {}));
          begin = end;
        }
        return at::cat(parts);
      },
      {rows, weight});
  for (size_t i = 0; i < grouped.size(); ++i) CHECK(grouped[i].equal(one_by_one[i]));
  CHECK(grouped[2][1].equal(at::zeros({48, 144}, dtype)));  // an expert without rows
}

TEST_CASE("a number that is not finite reaches the result of a product in fp8") {
  at::Tensor x = at::randn({4, 64});
  x[2][5] = INFINITY;
  const at::Tensor y = fp8_linear(x, at::randn({16, 64}), {});
  CHECK(y[2].isnan().all().item<bool>());
  CHECK(y[1].isfinite().all().item<bool>());
}

TEST_CASE("products in fp8 refuse blocks and sizes that do not fit") {
  const auto tiles = quantise(at::randn({4, 32}), Fp8Block::kTile);
  CHECK_THROWS_WITH(fp8_product(quantise(at::randn({4, 32}), Fp8Block::kSquare), tiles, at::kFloat),
                    Catch::Contains("tiles on the left"));
  CHECK_THROWS_WITH(fp8_product(tiles, quantise(at::randn({4, 48}), Fp8Block::kTile), at::kFloat),
                    Catch::Contains("unequal sizes"));
}
