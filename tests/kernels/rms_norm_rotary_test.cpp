#include "kernels/rms_norm_rotary.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <catch2/catch.hpp>

#include "gradient_check.h"
#include "kernels/rms_norm.h"

using assay::kernels::require_difference_quotients;
using assay::kernels::require_same;
using assay::kernels::rms_norm;
using assay::kernels::rms_norm_rotate_half;
using assay::kernels::rotary_angles;
using assay::kernels::RotaryAngles;
using assay::kernels::rotate_half;
using assay::kernels::ShapeDraw;
using assay::kernels::value_and_gradients;

namespace {

struct HeadSizes {
  int64_t batch = 1;
  int64_t seq_len = 1;
  int64_t heads = 1;
  int64_t half = 1;
};

HeadSizes drawn_sizes(ShapeDraw& draw) {
  return {.batch = draw.up_to(4),
          .seq_len = draw.up_to(30),
          .heads = draw.up_to(5),
          .half = draw.up_to(70)};
}

RotaryAngles drawn_angles(ShapeDraw& draw, const HeadSizes& sizes) {
  const int64_t rows = draw.one_in(2) ? 1 : sizes.batch;
  return rotary_angles(at::randint(0, 500, {rows, sizes.seq_len}, at::kLong), 2 * sizes.half, 1e4);
}

at::Tensor drawn_weight(int64_t half, at::ScalarType dtype) {
  return (at::rand({2 * half}) + 0.5).to(dtype);
}

/// The middle heads of a joint projection [B x T, 3 H d], as attention has them.
at::Tensor middle_heads(const at::Tensor& qkv, const HeadSizes& sizes) {
  const int64_t width = sizes.heads * 2 * sizes.half;
  return qkv.narrow(1, width, width)
      .reshape({sizes.batch, sizes.seq_len, sizes.heads, 2 * sizes.half});
}

}  // namespace

TEST_CASE("normed and turned heads and their gradients are torch's norm, x cos + rotated x sin") {
  at::manual_seed(81);
  ShapeDraw draw(81);
  for (int round = 0; round < 40; ++round) {
    const HeadSizes sizes = drawn_sizes(draw);
    INFO(sizes.batch << " x " << sizes.seq_len << " x " << sizes.heads << " x " << 2 * sizes.half);
    const RotaryAngles angles = drawn_angles(draw, sizes);
    const at::Tensor cos = at::cat({angles.cos, angles.cos}, -1).unsqueeze(-2);
    const at::Tensor sin = at::cat({angles.sin, angles.sin}, -1).unsqueeze(-2);
    require_same([&](const auto& in) { return rms_norm_rotate_half(in[0], in[1], 1e-5, angles); },
                 [&](const auto& in) {
                   const at::Tensor normed = at::rms_norm(in[0], {2 * sizes.half}, in[1], 1e-5);
                   const auto halves = normed.chunk(2, -1);
                   return normed * cos + at::cat({-halves[1], halves[0]}, -1) * sin;
                 },
                 {at::randn({sizes.batch, sizes.seq_len, sizes.heads, 2 * sizes.half}) * 2 + 0.5,
                  drawn_weight(sizes.half, at::kFloat)},
                 1e-4, 1e-4);
  }
}

TEST_CASE("normed and turned heads have every bit of the norm and then the rotation") {
  at::manual_seed(82);
  ShapeDraw draw(82);
  for (const at::ScalarType dtype : {at::kFloat, at::kBFloat16}) {
    for (int round = 0; round < 40; ++round) {
      // Some sizes are such that threads share the heads of one position.
      const HeadSizes sizes = round < 30 ? drawn_sizes(draw)
                                         : HeadSizes{.batch = draw.up_to(3),
                                                     .seq_len = 40 + draw.up_to(40),
                                                     .heads = 7,
                                                     .half = 64 * draw.up_to(2)};
      INFO(dtype << ", " << sizes.batch << " x " << sizes.seq_len << " x " << sizes.heads << " x "
                 << 2 * sizes.half);
      const RotaryAngles angles = drawn_angles(draw, sizes);
      require_same(
          [&](const auto& in) { return rms_norm_rotate_half(in[0], in[1], 1e-6, angles); },
          [&](const auto& in) { return rotate_half(rms_norm(in[0], in[1], 1e-6), angles); },
          {(at::randn({sizes.batch, sizes.seq_len, sizes.heads, 2 * sizes.half}) * 3).to(dtype),
           drawn_weight(sizes.half, dtype)},
          0, 0);
    }
  }
}

TEST_CASE(
    "heads inside a joint projection, and gradients of any strides, are read where they lie") {
  at::manual_seed(83);
  ShapeDraw draw(83);
  for (const at::ScalarType dtype : {at::kFloat, at::kBFloat16}) {
    for (int round = 0; round < 20; ++round) {
      const HeadSizes sizes = drawn_sizes(draw);
      INFO(dtype << ", " << sizes.batch << " x " << sizes.seq_len << " x " << sizes.heads << " x "
                 << 2 * sizes.half);
      const RotaryAngles angles = drawn_angles(draw, sizes);
      const int64_t width = sizes.heads * 2 * sizes.half;
      // The product with a transposed tensor makes the gradient come back transposed.
      const at::Tensor mask = at::randn({sizes.batch, sizes.heads, sizes.seq_len, 2 * sizes.half});
      const auto of_turned = [&](const at::Tensor& turned) {
        return turned.transpose(1, 2) * mask.to(dtype);
      };
      require_same(
          [&](const auto& in) {
            const at::Tensor heads = middle_heads(in[0], sizes);
            return of_turned(rms_norm_rotate_half(heads, in[1], 1e-6, angles));
          },
          [&](const auto& in) {
            const at::Tensor heads = middle_heads(in[0], sizes).contiguous();
            return of_turned(rotate_half(rms_norm(heads, in[1], 1e-6), angles));
          },
          {at::randn({sizes.batch * sizes.seq_len, 3 * width}).to(dtype),
           drawn_weight(sizes.half, dtype)},
          0, 0);
    }
  }
}

TEST_CASE("heads whose features do not follow each other are turned as their copy") {
  at::manual_seed(84);
  const RotaryAngles angles = rotary_angles(at::arange(6, at::kLong).unsqueeze(0), 8, 100.0);
  const at::Tensor x = at::randn({2, 8, 3, 6}).permute({0, 3, 2, 1});
  const at::Tensor weight = drawn_weight(4, at::kFloat);
  REQUIRE(x.stride(3) != 1);
  CHECK(rms_norm_rotate_half(x, weight, 1e-6, angles)
            .equal(rms_norm_rotate_half(x.contiguous(), weight, 1e-6, angles)));
}

TEST_CASE("the gradient of the heads' weight is the same in every run of many threads") {
  at::manual_seed(85);
  const RotaryAngles angles = rotary_angles(at::arange(200, at::kLong).unsqueeze(0), 64, 1e4);
  const auto run = [&](const std::vector<at::Tensor>& inputs) {
    return value_and_gradients(
        [&](const auto& in) { return rms_norm_rotate_half(in[0], in[1], 1e-6, angles); }, inputs);
  };
  const std::vector<at::Tensor> inputs = {at::randn({3, 200, 5, 64}).to(at::kBFloat16),
                                          drawn_weight(32, at::kBFloat16)};
  const auto first = run(inputs);
  for (int again = 0; again < 3; ++again) {
    const auto next = run(inputs);
    for (size_t i = 0; i < first.size(); ++i) CHECK(next[i].equal(first[i]));
  }
}

TEST_CASE("heads in other precisions than their weight's are normed, then turned") {
  at::manual_seed(86);
  const RotaryAngles angles = rotary_angles(at::arange(5, at::kLong).unsqueeze(0), 8, 100.0);
  require_same([&](const auto& in) { return rms_norm_rotate_half(in[0], in[1], 1e-6, angles); },
               [&](const auto& in) { return rotate_half(rms_norm(in[0], in[1], 1e-6), angles); },
               {at::randn({2, 5, 3, 8}).to(at::kBFloat16), drawn_weight(4, at::kFloat)}, 0, 0);
}

TEST_CASE("no heads give no heads, and no gradient to their weight") {
  const RotaryAngles angles = rotary_angles(at::arange(5, at::kLong).unsqueeze(0), 8, 100.0);
  const at::Tensor none = at::empty({0, 5, 3, 8}).set_requires_grad(true);
  const at::Tensor weight = at::ones({8}).set_requires_grad(true);
  const at::Tensor y = rms_norm_rotate_half(none, weight, 1e-6, angles);
  CHECK(y.sizes() == none.sizes());
  y.sum().backward();
  CHECK(weight.grad().equal(at::zeros({8})));
}

TEST_CASE("fp64 gradients of normed and turned heads are their difference quotients") {
  at::manual_seed(87);
  const RotaryAngles angles = rotary_angles(at::arange(3, at::kLong).unsqueeze(0), 4, 100.0);
  require_difference_quotients(
      [&](const auto& in) { return rms_norm_rotate_half(in[0], in[1], 1e-3, angles); },
      {at::randn({2, 3, 2, 4}), at::rand({4}) + 0.5});
}
