#include "kernels/activation_row.h"

#include <ATen/ATen.h>

#include <catch2/catch.hpp>

#include "gradient_check.h"
#include "row_check.h"

using namespace assay::kernels;

namespace {

/// Results and gradients of rows.
struct Activated {
  at::Tensor out;
  at::Tensor grad;
};

template <int kPack, class T, class Run>
Activated swiglu_by_rows(const Run& run, const at::Tensor& gate_up, const at::Tensor& grad) {
  const Activated done{.out = at::empty_like(grad), .grad = at::empty_like(gate_up)};
  run([&](const auto& lanes) {
    for (int64_t n = 0; n < grad.size(0); ++n) {
      rows::swiglu_row<kPack>(lanes, row_at<T>(gate_up, n), grad.size(1), row_at<T>(done.out, n));
      rows::swiglu_backward_row<kPack>(lanes, row_at<T>(gate_up, n), row_at<T>(grad, n),
                                       grad.size(1), row_at<T>(done.grad, n));
    }
  });
  return done;
}

template <int kPack, class T, class Run>
Activated gelu_by_rows(const Run& run, const at::Tensor& x, const at::Tensor& grad) {
  const Activated done{.out = at::empty_like(x), .grad = at::empty_like(x)};
  run([&](const auto& lanes) {
    for (int64_t n = 0; n < x.size(0); ++n) {
      rows::gelu_tanh_row<kPack>(lanes, row_at<T>(x, n), x.size(1), row_at<T>(done.out, n));
      rows::gelu_tanh_backward_row<kPack>(lanes, row_at<T>(x, n), row_at<T>(grad, n), x.size(1),
                                          row_at<T>(done.grad, n));
    }
  });
  return done;
}

/// Numbers from -20 to 20 and some of which e^-x is beyond fp32.
at::Tensor far_numbers(at::IntArrayRef sizes) {
  const at::Tensor x = at::randn(sizes, at::kDouble) * 5;
  return at::where(at::rand(sizes) < 0.05, x * 100, x);
}

}  // namespace

TEST_CASE("lanes that share a row have torch's SwiGLU and its gradient") {
  at::manual_seed(65);
  ShapeDraw draw(65);
  for (int round = 0; round < 12; ++round) {
    const int64_t num = draw.up_to(5);
    const int64_t width = draw.one_in(2) ? 4 * draw.up_to(20) : draw.up_to(70);
    INFO(num << " rows of " << width);
    for_each_row_type([&]<class T>(T, double tolerance) {
      const at::Tensor gate_up = far_numbers({num, 2 * width}).to(kDtypeOf<T>);
      const at::Tensor grad = at::randn({num, width}, at::kDouble).to(kDtypeOf<T>);
      const at::Tensor leaf = gate_up.to(at::kDouble).set_requires_grad(true);
      const auto halves = leaf.chunk(2, -1);
      const at::Tensor out = at::silu(halves[0]) * halves[1];
      (out * grad.to(at::kDouble)).sum().backward();
      for_each_way(width, [&]<int kPack>(const auto& run, std::integral_constant<int, kPack>) {
        const Activated ours = swiglu_by_rows<kPack, T>(run, gate_up, grad);
        check_close(ours.out, out.detach(), tolerance);
        check_close(ours.grad, leaf.grad(), tolerance);
      });
    });
  }
}

TEST_CASE("lanes that share a stretch have torch's GELU and its gradient") {
  at::manual_seed(66);
  ShapeDraw draw(66);
  for (int round = 0; round < 12; ++round) {
    const int64_t width = draw.one_in(2) ? 4 * draw.up_to(20) : draw.up_to(70);
    INFO(width);
    for_each_row_type([&]<class T>(T, double tolerance) {
      const at::Tensor x = far_numbers({2, width}).to(kDtypeOf<T>);
      const at::Tensor grad = at::randn({2, width}, at::kDouble).to(kDtypeOf<T>);
      const at::Tensor leaf = x.to(at::kDouble).set_requires_grad(true);
      const at::Tensor out = at::gelu(leaf, "tanh");
      (out * grad.to(at::kDouble)).sum().backward();
      for_each_way(width, [&]<int kPack>(const auto& run, std::integral_constant<int, kPack>) {
        const Activated ours = gelu_by_rows<kPack, T>(run, x, grad);
        check_close(ours.out, out.detach(), tolerance);
        check_close(ours.grad, leaf.grad(), tolerance);
      });
    });
  }
}
