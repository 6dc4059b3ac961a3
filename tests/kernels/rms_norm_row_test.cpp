#include "kernels/rms_norm_row.h"

#include <ATen/ATen.h>

#include <catch2/catch.hpp>

#include "gradient_check.h"
#include "row_check.h"

using namespace assay::kernels;

namespace {

/// What lanes leave of rows [N, D] to which `added` was added.
struct NormedRows {
  at::Tensor sum;
  at::Tensor y;
  at::Tensor grad_x;
  at::Tensor grad_weight;  ///< [D], in fp32 or fp64
};

constexpr double kEps = 1e-3;

template <int kPack, class T, class Run>
NormedRows norm_by_rows(const Run& run, const at::Tensor& x, const at::Tensor& added,
                        const at::Tensor& weight, const at::Tensor& grad,
                        const at::Tensor& grad_sum) {
  using W = rows::Wide<T>;
  const int64_t num = x.size(0);
  const int64_t width = x.size(1);
  const NormedRows out{.sum = at::empty_like(x),
                       .y = at::empty_like(x),
                       .grad_x = at::empty_like(x),
                       .grad_weight = at::zeros({width}, kDtypeOf<W>)};
  const at::Tensor rstd = at::empty({num}, kDtypeOf<W>);
  run([&](const auto& lanes) {
    for (int64_t n = 0; n < num; ++n) {
      W* rstd_n = row_at<W>(rstd) + n;
      rows::add_rms_norm_row<kPack>(lanes, row_at<T>(x, n), row_at<T>(added, n), row_at<T>(weight),
                                    static_cast<W>(kEps), width, row_at<T>(out.sum, n),
                                    row_at<T>(out.y, n), rstd_n);
      lanes.sync();
      rows::rms_norm_backward_row<kPack>(lanes, row_at<T>(grad, n),
                                         grad_sum.defined() ? row_at<T>(grad_sum, n) : nullptr,
                                         row_at<T>(out.sum, n), row_at<T>(weight), *rstd_n, width,
                                         row_at<T>(out.grad_x, n), row_at<W>(out.grad_weight));
      lanes.sync();
    }
  });
  return out;
}

}  // namespace

TEST_CASE("lanes that share a row add, normalise and differentiate as torch does") {
  at::manual_seed(63);
  ShapeDraw draw(63);
  for (int round = 0; round < 12; ++round) {
    const int64_t num = draw.up_to(5);
    const int64_t width = draw.one_in(2) ? 4 * draw.up_to(20) : draw.up_to(70);
    const bool has_grad_sum = draw.one_in(2);
    INFO(num << " rows of " << width);
    for_each_row_type([&]<class T>(T, double tolerance) {
      const auto drawn = [&](at::IntArrayRef sizes) {
        return at::randn(sizes, at::kDouble).to(kDtypeOf<T>);
      };
      const at::Tensor x = drawn({num, width});
      const at::Tensor added = drawn({num, width});
      const at::Tensor weight = drawn({width}) + 1;
      const at::Tensor grad = drawn({num, width});
      const at::Tensor grad_sum = has_grad_sum ? drawn({num, width}) : at::Tensor();
      const at::Tensor sum = (x + added).to(at::kDouble).set_requires_grad(true);
      const at::Tensor wide_weight = weight.to(at::kDouble).set_requires_grad(true);
      const at::Tensor y = at::rms_norm(sum, {width}, wide_weight, kEps);
      const auto expected =
          torch::autograd::grad({(y * grad.to(at::kDouble)).sum()}, {sum, wide_weight});
      const at::Tensor grad_x = has_grad_sum ? expected[0] + grad_sum : expected[0];
      for_each_way(width, [&]<int kPack>(const auto& run, std::integral_constant<int, kPack>) {
        const NormedRows ours = norm_by_rows<kPack, T>(run, x, added, weight, grad, grad_sum);
        CHECK(ours.sum.equal(x + added));
        check_close(ours.y, y.detach(), tolerance);
        check_close(ours.grad_x, grad_x, 2 * tolerance);
        check_close(ours.grad_weight, expected[1], std::min(tolerance, 1e-3));
      });
    });
  }
}

TEST_CASE("a row without addition is normalised as one to which zeros are added") {
  at::manual_seed(64);
  const at::Tensor x = at::randn({3, 40});
  const at::Tensor weight = at::rand({40}) + 0.5;
  for_each_way(40, [&]<int kPack>(const auto& run, std::integral_constant<int, kPack>) {
    const NormedRows added =
        norm_by_rows<kPack, float>(run, x, at::zeros_like(x), weight, at::zeros_like(x), {});
    const at::Tensor y = at::empty_like(x);
    const at::Tensor rstd = at::empty({3});
    run([&](const auto& lanes) {
      for (int64_t n = 0; n < 3; ++n) {
        rows::rms_norm_row<kPack>(lanes, row_at<float>(x, n), row_at<float>(weight),
                                  static_cast<float>(kEps), 40, row_at<float>(y, n),
                                  row_at<float>(rstd) + n);
      }
    });
    CHECK(y.equal(added.y));
    check_close(rstd, (x.square().mean(1) + kEps).rsqrt(), 1e-6);
  });
}
