#include "kernels/gelu.h"

#include <ATen/ATen.h>

#include <catch2/catch.hpp>

#include "gradient_check.h"

using assay::kernels::gelu_tanh;
using assay::kernels::require_same;

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
