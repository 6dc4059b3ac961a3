#include "kernels/swiglu.h"

#include <ATen/ATen.h>

#include <catch2/catch.hpp>

#include "gradient_check.h"

using assay::kernels::require_difference_quotients;
using assay::kernels::require_same;
using assay::kernels::ShapeDraw;
using assay::kernels::swiglu;

namespace {

at::Tensor composed(const std::vector<at::Tensor>& in) {
  const auto halves = in[0].to(at::kFloat).chunk(2, -1);
  return (at::silu(halves[0]) * halves[1]).to(in[0].scalar_type());
}

}  // namespace

TEST_CASE("SwiGLU and its gradient are silu(gate) x up") {
  at::manual_seed(3);
  for (const int64_t width : {2, 34, 256}) {
    require_same([](const auto& in) { return swiglu(in[0]); }, composed,
                 {at::randn({33, width}) * 4});
  }
}

TEST_CASE("SwiGLU of bf16 is computed in fp32") {
  at::manual_seed(3);
  require_same([](const auto& in) { return swiglu(in[0]); }, composed,
               {(at::randn({33, 64}) * 4).to(at::kBFloat16)}, 1e-2, 1e-2);
}

TEST_CASE("SwiGLU stays finite where the exponential overflows") {
  const at::Tensor gate_up = at::tensor({-200.0F, 200.0F, 1.0F, 2.0F}).view({1, 4});
  const at::Tensor out = swiglu(gate_up);
  CHECK(at::allclose(out, at::tensor({0.0F, 400.0F}).view({1, 2}), 0, 1e-30));
}

TEST_CASE("SwiGLU of no rows is no rows") {
  CHECK(swiglu(at::empty({0, 8})).sizes() == at::IntArrayRef({0, 4}));
}

TEST_CASE("SwiGLU of bf16 rows is that of fp32 rounded once, at any width") {
  at::manual_seed(12);
  for (const auto& [rows, width] : {std::pair{1, 1}, {5, 31}, {70, 512}}) {
    require_same([](const auto& in) { return swiglu(in[0]); },
                 [](const auto& in) {
                   const auto halves = in[0].to(at::kFloat).chunk(2, -1);
                   return (at::silu(halves[0]) * halves[1]).to(at::kBFloat16);
                 },
                 {(at::randn({rows, 2 * width}) * 3).to(at::kBFloat16)}, 1e-2, 1e-2);
  }
}

TEST_CASE("fp64 gradients of SwiGLU are its difference quotients") {
  at::manual_seed(23);
  require_difference_quotients([](const auto& in) { return swiglu(in[0]); },
                               {at::randn({4, 6}) * 2});
}

TEST_CASE("SwiGLU of fp32 rows is that of the operators at 40 shapes") {
  at::manual_seed(24);
  ShapeDraw draw(24);
  for (int round = 0; round < 40; ++round) {
    const int64_t rows = draw.up_to(70);
    const int64_t width = draw.up_to(300);
    INFO(rows << " rows of " << width);
    require_same([](const auto& in) { return swiglu(in[0]); }, composed,
                 {at::randn({rows, 2 * width}) * 4});
  }
}
