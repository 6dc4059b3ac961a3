#include "kernels/cross_entropy_row.h"

#include <ATen/ATen.h>

#include <catch2/catch.hpp>
#include <cmath>

#include "gradient_check.h"
#include "row_check.h"

using namespace assay::kernels;

namespace {

/// Losses [N], exponential sums [N, 2] and gradient [N, V] of rows that lanes share.
struct RowLosses {
  at::Tensor losses;
  at::Tensor sums;
  at::Tensor grad;
};

template <int kPack, class T, class Run>
RowLosses losses_by_rows(const Run& run, const at::Tensor& logits, const at::Tensor& targets,
                         const at::Tensor& scale) {
  using W = rows::Wide<T>;
  const int64_t num = logits.size(0);
  const int64_t width = logits.size(1);
  RowLosses out{.losses = at::empty({num, 1}, kDtypeOf<W>),
                .sums = at::empty({num, 2}, kDtypeOf<W>),
                .grad = logits.clone()};  // over which it is written
  const at::Tensor wide_scale = scale.to(kDtypeOf<W>);
  run([&](const auto& lanes) {
    for (int64_t n = 0; n < num; ++n) {
      rows::cross_entropy_row<kPack>(
          lanes, row_at<T>(out.grad, n), targets[n].item<int64_t>(), row_at<W>(wide_scale)[n],
          width, row_at<W>(out.losses, n),
          reinterpret_cast<rows::ExponentialSum<W>*>(row_at<W>(out.sums, n)),
          row_at<T>(out.grad, n));
      lanes.sync();
    }
  });
  return out;
}

}  // namespace

TEST_CASE("lanes that share a row have torch's cross-entropy and gradient, over the logits") {
  at::manual_seed(61);
  ShapeDraw draw(61);
  for (int round = 0; round < 12; ++round) {
    const int64_t num = draw.up_to(5);
    const int64_t width = draw.one_in(2) ? 4 * draw.up_to(20) : draw.up_to(70);
    INFO(num << " rows of " << width);
    const at::Tensor targets = at::randint(-1, width, {num}, at::kLong);
    const at::Tensor scale = at::rand({num}) * targets.ge(0);
    for_each_row_type([&]<class T>(T, double tolerance) {
      const at::Tensor logits = (at::randn({num, width}, at::kDouble) * 5).to(kDtypeOf<T>);
      const at::Tensor leaf = logits.to(at::kDouble).set_requires_grad(true);
      const at::Tensor losses =
          scale * at::cross_entropy_loss(leaf, targets.clamp_min(0), {}, at::Reduction::None);
      losses.sum().backward();
      for_each_way(width, [&]<int kPack>(const auto& run, std::integral_constant<int, kPack>) {
        const RowLosses ours = losses_by_rows<kPack, T>(run, logits, targets, scale);
        check_close(ours.losses.flatten(), losses.detach(), std::min(tolerance, 1e-4));
        check_close(ours.grad, leaf.grad(), tolerance);
      });
    });
  }
}

TEST_CASE("the gradient from a kept exponential sum is that of the same pass") {
  at::manual_seed(62);
  const at::Tensor logits = at::randn({3, 36}) * 5;
  const at::Tensor targets = at::tensor({35, -1, 0}, at::kLong);
  const at::Tensor scale = at::tensor({1.0F, 0.0F, 0.5F});
  for_each_way(36, [&]<int kPack>(const auto& run, std::integral_constant<int, kPack>) {
    const RowLosses once = losses_by_rows<kPack, float>(run, logits, targets, scale);
    const at::Tensor grad = at::empty_like(logits);
    run([&](const auto& lanes) {
      for (int64_t n = 0; n < 3; ++n) {
        const float* sum = row_at<float>(once.sums, n);
        rows::cross_entropy_gradient_row<kPack>(
            lanes, row_at<float>(logits, n), rows::ExponentialSum<float>{sum[0], sum[1]},
            targets[n].item<int64_t>(), row_at<float>(scale)[n], 36, row_at<float>(grad, n));
      }
    });
    CHECK(grad.equal(once.grad));
  });
}

TEST_CASE("a logit that is not finite makes its row's loss NaN on any number of lanes") {
  for (const float bad : {std::nanf(""), HUGE_VALF, -HUGE_VALF}) {
    for (const int64_t place : {0, 1, 39}) {
      at::Tensor logits = at::zeros({3, 40});
      logits[1][place] = bad;
      const at::Tensor targets = at::tensor({1, -1, 1}, at::kLong);
      const at::Tensor scale = at::tensor({1.0F, 0.0F, 1.0F});
      for_each_way(40, [&]<int kPack>(const auto& run, std::integral_constant<int, kPack>) {
        const at::Tensor losses = losses_by_rows<kPack, float>(run, logits, targets, scale).losses;
        CHECK(std::isnan(losses[1].item<float>()));
        CHECK(losses[0].item<double>() == Approx(std::log(40.0)));
        CHECK(losses[2].item<double>() == Approx(std::log(40.0)));
      });
    }
  }
}

TEST_CASE("rising logits, each above all before, lose nothing of the sum") {
  const at::Tensor logits = (at::arange(64, at::kFloat) * 30).unsqueeze(0);
  const at::Tensor targets = at::tensor({63}, at::kLong);
  for_each_way(64, [&]<int kPack>(const auto& run, std::integral_constant<int, kPack>) {
    const RowLosses up = losses_by_rows<kPack, float>(run, logits, targets, at::ones({1}));
    CHECK(up.losses.item<float>() == Approx(0).margin(1e-6));
    const RowLosses down =
        losses_by_rows<kPack, float>(run, logits.flip(1).contiguous(), targets, at::ones({1}));
    CHECK(down.losses.item<float>() == Approx(63 * 30));
  });
}
