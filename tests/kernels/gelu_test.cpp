#include "kernels/gelu.h"

#include <ATen/ATen.h>

#include <catch2/catch.hpp>

#include "gradient_check.h"

using assay::kernels::gelu_tanh;
using assay::kernels::require_difference_quotients;
using assay::kernels::require_same;
using assay::kernels::ShapeDraw;

TEST_CASE("GELU and its gradient are those of torch at any shape, in fp32 and rounded to bf16") {
  at::manual_seed(16);
  using Shape = std::vector<int64_t>;
  for (const Shape& shape : {Shape{1}, {3, 7}, {40, 5, 129}}) {
    const at::Tensor x = at::randn(shape) * 4;
    const auto reference = [](const auto& in) {
      return at::gelu(in[0].to(at::kFloat), "tanh").to(in[0].scalar_type());
    };
    const auto ours = [](const auto& in) { return gelu_tanh(in[0]); };
    require_same(ours, reference, {x}, 1e-5, 1e-5);
    require_same(ours, reference, {x.to(at::kBFloat16)}, 1e-2, 1e-2);
  }
}

TEST_CASE("GELU of large numbers is the number itself or zero") {
  const at::Tensor y = gelu_tanh(at::tensor({-1e4F, -50.0F, 0.0F, 50.0F, 1e4F}));
  CHECK(at::allclose(y, at::tensor({0.0F, 0.0F, 0.0F, 50.0F, 1e4F})));
}

TEST_CASE("fp64 gradients of GELU are its difference quotients") {
  at::manual_seed(25);
  require_difference_quotients([](const auto& in) { return gelu_tanh(in[0]); },
                               {at::randn({3, 7}) * 2});
}

TEST_CASE("GELU of fp32 numbers is that of torch at 40 shapes") {
  at::manual_seed(26);
  ShapeDraw draw(26);
  for (int round = 0; round < 40; ++round) {
    const std::vector<int64_t> shape{draw.up_to(9), draw.up_to(40), draw.up_to(90)};
    INFO(shape[0] << " x " << shape[1] << " x " << shape[2]);
    require_same([](const auto& in) { return gelu_tanh(in[0]); },
                 [](const auto& in) { return at::gelu(in[0], "tanh"); }, {at::randn(shape) * 4},
                 1e-5, 1e-5);
  }
}
