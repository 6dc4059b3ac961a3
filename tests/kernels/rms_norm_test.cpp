#include "kernels/rms_norm.h"

#include <ATen/ATen.h>

#include <catch2/catch.hpp>

#include "gradient_check.h"

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
