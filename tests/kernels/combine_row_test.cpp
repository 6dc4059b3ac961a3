#include "kernels/combine_row.h"

#include <ATen/ATen.h>

#include <catch2/catch.hpp>

#include "gradient_check.h"
#include "row_check.h"

using namespace assay::kernels;

namespace {

/// Sums of rows with and without weights, and the gradients of the first.
struct Combined {
  at::Tensor out;
  at::Tensor plain;
  at::Tensor grad_source;
  at::Tensor grad_weights;
};

template <int kPack, class T, class Run>
Combined combine_by_rows(const Run& run, const at::Tensor& source, const at::Tensor& index_Nk,
                         const at::Tensor& weights_Nk, const at::Tensor& grad) {
  using W = rows::Wide<T>;
  const int64_t k = index_Nk.size(1);
  const int64_t width = source.size(1);
  const Combined done{.out = at::empty_like(grad),
                      .plain = at::empty_like(grad),
                      .grad_source = at::zeros_like(source),
                      .grad_weights = at::empty_like(weights_Nk)};
  run([&](const auto& lanes) {
    for (int64_t n = 0; n < grad.size(0); ++n) {
      const int64_t* index = index_Nk.const_data_ptr<int64_t>() + n * k;
      const W* weights = row_at<W>(weights_Nk, n);
      rows::weighted_sum_row<kPack>(lanes, row_at<T>(source), index, weights, k, width,
                                    row_at<T>(done.out, n));
      rows::weighted_sum_row<kPack>(lanes, row_at<T>(source), index, static_cast<const W*>(nullptr),
                                    k, width, row_at<T>(done.plain, n));
      rows::weighted_sum_backward_row<kPack>(lanes, row_at<T>(grad, n), row_at<T>(source), index,
                                             weights, k, width, row_at<T>(done.grad_source),
                                             row_at<W>(done.grad_weights, n));
    }
  });
  return done;
}

}  // namespace

TEST_CASE("lanes that share a token sum its rows and differentiate as torch does") {
  at::manual_seed(68);
  ShapeDraw draw(68);
  for (int round = 0; round < 12; ++round) {
    const int64_t num = draw.up_to(5);
    const int64_t k = draw.up_to(4);
    const int64_t width = draw.one_in(2) ? 4 * draw.up_to(20) : draw.up_to(70);
    INFO(num << " tokens of " << k << " rows of " << width);
    const at::Tensor index = at::randperm(num * k + 3).slice(0, 0, num * k).view({num, k});
    for_each_row_type([&]<class T>(T, double tolerance) {
      const at::Tensor source = at::randn({num * k + 3, width}, at::kDouble).to(kDtypeOf<T>);
      const at::Tensor weights = at::rand({num, k}, kDtypeOf<rows::Wide<T>>);
      const at::Tensor grad = at::randn({num, width}, at::kDouble).to(kDtypeOf<T>);
      const at::Tensor leaf = source.to(at::kDouble).set_requires_grad(true);
      const at::Tensor leaf_weights = weights.to(at::kDouble).set_requires_grad(true);
      const at::Tensor parts = leaf.index_select(0, index.flatten()).view({num, k, width});
      const at::Tensor out = (parts * leaf_weights.unsqueeze(-1)).sum(1);
      (out * grad.to(at::kDouble)).sum().backward();
      for_each_way(width, [&]<int kPack>(const auto& run, std::integral_constant<int, kPack>) {
        const Combined ours =
            combine_by_rows<kPack, T>(run, source, index.contiguous(), weights, grad);
        check_close(ours.out, out.detach(), tolerance);
        check_close(ours.plain, parts.detach().sum(1), 2 * tolerance);
        check_close(ours.grad_source, leaf.grad(), tolerance);
        check_close(ours.grad_weights, leaf_weights.grad(), std::min(tolerance, 1e-4));
      });
    });
  }
}

TEST_CASE("a copied row has the bits of its source, and one without a source is zeros") {
  at::manual_seed(69);
  const at::Tensor from = at::randn({44}).to(at::kBFloat16);
  for_each_way(44, [&]<int kPack>(const auto& run, std::integral_constant<int, kPack>) {
    const at::Tensor to = at::full({2, 44}, 7, at::kBFloat16);
    run([&](const auto& lanes) {
      using rows::Bf16;
      rows::copy_row<kPack>(lanes, row_at<Bf16>(from), 44, row_at<Bf16>(to, 0));
      rows::copy_row<kPack>(lanes, static_cast<const Bf16*>(nullptr), 44, row_at<Bf16>(to, 1));
    });
    CHECK(to[0].equal(from));
    CHECK(to[1].eq(0).all().item<bool>());
  });
}
