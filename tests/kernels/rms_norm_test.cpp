#include "kernels/rms_norm.h"

#include <ATen/ATen.h>

#include <catch2/catch.hpp>

#include "gradient_check.h"

using assay::kernels::add_rms_norm;
using assay::kernels::NormedSum;
using assay::kernels::require_difference_quotients;
using assay::kernels::require_same;
using assay::kernels::rms_norm;
using assay::kernels::ShapeDraw;

TEST_CASE("RMS norm and its gradients are those of torch") {
  at::manual_seed(2);
  for (const int64_t width : {5, 64, 129}) {
    require_same([](const auto& in) { return rms_norm(in[0], in[1], 1e-5); },
                 [&](const auto& in) { return at::rms_norm(in[0], {width}, in[1], 1e-5); },
                 {at::randn({7, 11, width}) * 2 + 1, at::rand({width}) + 0.5});
  }
}

TEST_CASE("bf16 rows are normalised in fp32 and cast before the product with the weight") {
  at::manual_seed(2);
  const at::Tensor x = (at::randn({16, 64}) * 3).to(at::kBFloat16);
  const at::Tensor weight = (at::rand({64}) + 0.5).to(at::kBFloat16);
  const at::Tensor wide = x.to(at::kFloat);
  const at::Tensor normed = wide * (wide.square().mean(-1, true) + 1e-5).rsqrt();
  const at::Tensor expected = normed.to(at::kBFloat16) * weight;
  CHECK(at::allclose(rms_norm(x, weight, 1e-5).to(at::kFloat), expected.to(at::kFloat), 0, 0.016));
}

TEST_CASE("gradients of bf16 rows are those of fp32 rounded once, at any width") {
  at::manual_seed(13);
  for (const auto& [rows, width] : {std::pair{1, 2}, {9, 33}, {64, 768}}) {
    require_same(
        [](const auto& in) { return rms_norm(in[0], in[1], 1e-5); },
        [width = width](const auto& in) {
          return at::rms_norm(in[0].to(at::kFloat), {width}, in[1].to(at::kFloat), 1e-5);
        },
        {at::randn({rows, width}).to(at::kBFloat16), (at::rand({width}) + 0.5).to(at::kBFloat16)},
        2e-2, 5e-2);
  }
}

TEST_CASE("fp64 gradients of the RMS norm are its difference quotients") {
  at::manual_seed(21);
  require_difference_quotients([](const auto& in) { return rms_norm(in[0], in[1], 1e-3); },
                               {at::randn({3, 5}), at::rand({5}) + 0.5});
}

TEST_CASE("the RMS norm of fp32 rows is that of the operators at 40 shapes") {
  at::manual_seed(22);
  ShapeDraw draw(22);
  for (int round = 0; round < 40; ++round) {
    const int64_t rows = draw.up_to(70);
    const int64_t width = draw.up_to(300);
    INFO(rows << " rows of " << width);
    require_same([](const auto& in) { return rms_norm(in[0], in[1], 1e-5); },
                 [&](const auto& in) { return at::rms_norm(in[0], {width}, in[1], 1e-5); },
                 {at::randn({rows, width}) * 2 + 1, at::rand({width}) + 0.5}, 1e-4, 1e-4);
  }
}

TEST_CASE("an addition fused with its norm has every bit of the two by themselves") {
  at::manual_seed(23);
  ShapeDraw draw(23);
  for (const at::ScalarType dtype : {at::kFloat, at::kBFloat16}) {
    for (int round = 0; round < 20; ++round) {
      const int64_t rows = draw.up_to(70);
      const int64_t width = draw.up_to(1100);
      INFO(rows << " rows of " << width);
      const std::vector<at::Tensor> inputs = {(at::randn({rows, width}) * 2).to(dtype),
                                              at::randn({rows, width}).to(dtype),
                                              (at::rand({width}) + 0.5).to(dtype)};
      require_same(
          [](const auto& in) {
            const NormedSum both = add_rms_norm(in[0], in[1], in[2], 1e-5);
            return both.sum + both.normed;  // the sum goes on, as in a residual stream
          },
          [](const auto& in) {
            const at::Tensor sum = in[0] + in[1];
            return sum + rms_norm(sum, in[2], 1e-5);
          },
          inputs, 0, 0);
    }
  }
}

TEST_CASE("a fused addition of which one result is used has that one's gradient") {
  at::manual_seed(24);
  const std::vector<at::Tensor> inputs = {at::randn({4, 33}), at::randn({4, 33}), at::rand({33})};
  require_same([](const auto& in) { return add_rms_norm(in[0], in[1], in[2], 1e-5).normed; },
               [](const auto& in) { return rms_norm(in[0] + in[1], in[2], 1e-5); }, inputs, 0, 0);
  const at::Tensor x = inputs[0].clone().set_requires_grad(true);
  add_rms_norm(x, inputs[1], inputs[2], 1e-5).sum.sum().backward();
  CHECK(x.grad().equal(at::ones_like(x)));
}

TEST_CASE("fp64 gradients of a fused addition are its difference quotients") {
  at::manual_seed(25);
  require_difference_quotients(
      [](const auto& in) {
        const NormedSum both = add_rms_norm(in[0], in[1], in[2], 1e-3);
        return both.sum + 2 * both.normed;
      },
      {at::randn({3, 5}), at::randn({3, 5}), at::rand({5}) + 0.5});
}
