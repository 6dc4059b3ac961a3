#include "kernels/rms_norm_rotary_row.h"

#include <ATen/ATen.h>

#include <catch2/catch.hpp>

#include "gradient_check.h"
#include "kernels/head_rows.h"
#include "kernels/rms_norm_row.h"
#include "kernels/rotary_row.h"
#include "row_check.h"

using namespace assay::kernels;

namespace {

constexpr double kHeadEps = 1e-3;

/// What lanes leave of heads [N, d].
struct TurnedRows {
  at::Tensor y;
  at::Tensor grad_x;
  at::Tensor grad_weight;  ///< [d], in fp32 or fp64
};

template <class T>
struct HeadInput {
  at::Tensor x;
  at::Tensor weight;
  at::Tensor grad;
  at::Tensor cos;  ///< [N, d / 2]
  at::Tensor sin;
};

template <int kPack, class T, class Run>
TurnedRows normed_heads_by_rows(const Run& run, const HeadInput<T>& in) {
  using W = rows::Wide<T>;
  const int64_t num = in.x.size(0);
  const int64_t half = in.x.size(1) / 2;
  const TurnedRows out{.y = at::empty_like(in.x),
                       .grad_x = at::empty_like(in.x),
                       .grad_weight = at::zeros({2 * half}, kDtypeOf<W>)};
  const at::Tensor rstd = at::empty({num}, kDtypeOf<W>);
  run([&](const auto& lanes) {
    for (int64_t n = 0; n < num; ++n) {
      W* rstd_n = row_at<W>(rstd) + n;
      rows::rms_norm_rotate_row<kPack>(lanes, row_at<T>(in.x, n), row_at<T>(in.weight),
                                       static_cast<W>(kHeadEps), row_at<W>(in.cos, n),
                                       row_at<W>(in.sin, n), half, row_at<T>(out.y, n), rstd_n);
      lanes.sync();
      rows::rms_norm_rotate_backward_row<kPack>(
          lanes, row_at<T>(in.grad, n), row_at<T>(in.x, n), row_at<T>(in.weight), *rstd_n,
          row_at<W>(in.cos, n), row_at<W>(in.sin, n), half, row_at<T>(out.grad_x, n),
          row_at<W>(out.grad_weight));
      lanes.sync();
    }
  });
  return out;
}

/// The two rows' kernels one after the other.
template <int kPack, class T, class Run>
at::Tensor normed_then_turned(const Run& run, const HeadInput<T>& in) {
  using W = rows::Wide<T>;
  const int64_t width = in.x.size(1);
  const rows::RotaryShape shape{.heads = 1, .half = width / 2};
  const at::Tensor normed = at::empty_like(in.x);
  const at::Tensor y = at::empty_like(in.x);
  const at::Tensor rstd = at::empty({in.x.size(0)}, kDtypeOf<W>);
  run([&](const auto& lanes) {
    for (int64_t n = 0; n < in.x.size(0); ++n) {
      rows::rms_norm_row<kPack>(lanes, row_at<T>(in.x, n), row_at<T>(in.weight),
                                static_cast<W>(kHeadEps), width, row_at<T>(normed, n),
                                row_at<W>(rstd) + n);
      lanes.sync();
      rows::rotate_row(lanes, shape, row_at<T>(normed, n), row_at<W>(in.cos, n),
                       row_at<W>(in.sin, n), row_at<T>(y, n));
      lanes.sync();
    }
  });
  return y;
}

template <class T>
HeadInput<T> drawn_heads(int64_t num, int64_t half) {
  const auto drawn = [&](at::IntArrayRef sizes) {
    return at::randn(sizes, at::kDouble).to(kDtypeOf<T>);
  };
  const at::Tensor angles = at::randn({num, half}, at::kDouble) * 10;
  const at::ScalarType wide = kDtypeOf<rows::Wide<T>>;
  return {.x = drawn({num, 2 * half}),
          .weight = drawn({2 * half}) + 1,
          .grad = drawn({num, 2 * half}),
          .cos = angles.cos().to(wide),
          .sin = angles.sin().to(wide)};
}

/// y and the gradients of x and weight by torch in fp64, from the same numbers.
template <class T>
TurnedRows normed_heads_by_torch(const HeadInput<T>& in) {
  const at::Tensor x = in.x.to(at::kDouble).set_requires_grad(true);
  const at::Tensor weight = in.weight.to(at::kDouble).set_requires_grad(true);
  const at::Tensor cos = at::cat({in.cos, in.cos}, -1).to(at::kDouble);
  const at::Tensor sin = at::cat({in.sin, in.sin}, -1).to(at::kDouble);
  const at::Tensor normed = at::rms_norm(x, {x.size(1)}, weight, kHeadEps);
  const auto halves = normed.chunk(2, -1);
  const at::Tensor y = normed * cos + at::cat({-halves[1], halves[0]}, -1) * sin;
  const auto grads = torch::autograd::grad({(y * in.grad.to(at::kDouble)).sum()}, {x, weight});
  return {.y = y.detach(), .grad_x = grads[0], .grad_weight = grads[1]};
}

}  // namespace

TEST_CASE("lanes that share a head norm, turn and differentiate it as torch does") {
  at::manual_seed(91);
  ShapeDraw draw(91);
  for (int round = 0; round < 12; ++round) {
    const int64_t num = draw.up_to(5);
    const int64_t half = draw.one_in(2) ? 4 * draw.up_to(20) : draw.up_to(40);
    INFO(num << " heads of " << 2 * half);
    for_each_row_type([&]<class T>(T, double tolerance) {
      const auto in = drawn_heads<T>(num, half);
      const TurnedRows expected = normed_heads_by_torch(in);
      for_each_way(half, [&]<int kPack>(const auto& run, std::integral_constant<int, kPack>) {
        const TurnedRows ours = normed_heads_by_rows<kPack>(run, in);
        check_close(ours.y, expected.y, 2 * tolerance);
        check_close(ours.grad_x, expected.grad_x, 4 * tolerance);
        check_close(ours.grad_weight, expected.grad_weight, 4 * tolerance);
        CHECK(ours.y.equal(normed_then_turned<kPack>(run, in)));
      });
    });
  }
}

TEST_CASE("rows of heads are counted head by head, position by position") {
  for (const bool shared : {true, false}) {
    const rows::HeadShape shape{.seq_len = 3, .heads = 2, .half = 5, .shared_angles = shared};
    const at::Tensor x = at::arange(4 * 3 * 4 * 10, at::kFloat).view({4, 3, 4, 10});
    const at::Tensor middle = x.narrow(2, 1, 2);  // two of four heads
    const rows::HeadRows<float> heads{.first = middle.const_data_ptr<float>(),
                                      .sequence_step = middle.stride(0),
                                      .position_step = middle.stride(1),
                                      .width = 10};
    rows::HeadPlace place = shape.place_of(0);
    for (int64_t row = 0; row < 4 * 3 * 2; ++row, shape.advance(place)) {
      const rows::HeadPlace found = shape.place_of(row);
      CHECK(found.sequence == row / 6);
      CHECK(found.position == row / 2 % 3);
      CHECK(found.head == row % 2);
      CHECK(place.sequence == found.sequence);
      CHECK(place.position == found.position);
      CHECK(place.head == found.head);
      CHECK(*heads.at(place) ==
            middle[found.sequence][found.position][found.head][0].item<float>());
      CHECK(shape.first_angle(place) == (shared ? row / 2 % 3 : row / 2) * 5);
    }
  }
}
