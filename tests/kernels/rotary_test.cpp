#include "kernels/rotary.h"

#include <ATen/ATen.h>

#include <catch2/catch.hpp>
#include <cmath>

#include "gradient_check.h"

using assay::kernels::require_difference_quotients;
using assay::kernels::require_same;
using assay::kernels::rotary_angles;
using assay::kernels::rotate_half;
using assay::kernels::rotate_neighbours;
using assay::kernels::ShapeDraw;

TEST_CASE("rotation turns first half against second half, by position") {
  const auto angles = rotary_angles(at::tensor({0, 3}, at::kLong).view({1, 2}), 4, 10000.0);
  const at::Tensor x = at::tensor({1.0F, 2.0F, 3.0F, 4.0F}).view({1, 1, 1, 4}).expand({1, 2, 1, 4});
  const at::Tensor turned = rotate_half(x.contiguous(), angles);
  CHECK(turned[0][0][0].equal(at::tensor({1.0F, 2.0F, 3.0F, 4.0F})));
  const double fast = 3.0;
  const double slow = 3.0 / 100.0;
  CHECK(turned[0][1][0][0].item<double>() ==
        Approx(1 * std::cos(fast) - 3 * std::sin(fast)).margin(1e-6));
  CHECK(turned[0][1][0][2].item<double>() ==
        Approx(3 * std::cos(fast) + 1 * std::sin(fast)).margin(1e-6));
  CHECK(turned[0][1][0][1].item<double>() ==
        Approx(2 * std::cos(slow) - 4 * std::sin(slow)).margin(1e-6));
}

TEST_CASE("rotation and its gradient are x cos + rotated x sin") {
  at::manual_seed(4);
  const at::Tensor positions = at::arange(9, at::kLong).unsqueeze(0);
  const auto angles = rotary_angles(positions, 8, 100.0);
  const at::Tensor cos = at::cat({angles.cos, angles.cos}, -1).unsqueeze(-2);
  const at::Tensor sin = at::cat({angles.sin, angles.sin}, -1).unsqueeze(-2);
  require_same([&](const auto& in) { return rotate_half(in[0], angles); },
               [&](const auto& in) {
                 const auto halves = in[0].chunk(2, -1);
                 return in[0] * cos + at::cat({-halves[1], halves[0]}, -1) * sin;
               },
               {at::randn({2, 9, 3, 8})});
}

TEST_CASE("bf16 heads are turned in fp32 and rounded once") {
  at::manual_seed(14);
  const auto angles = rotary_angles(at::arange(9, at::kLong).unsqueeze(0), 8, 100.0);
  require_same(
      [&](const auto& in) { return rotate_half(in[0], angles); },
      [&](const auto& in) { return rotate_half(in[0].to(at::kFloat), angles).to(at::kBFloat16); },
      {at::randn({2, 9, 3, 8}).to(at::kBFloat16)}, 0, 0.02);
}

TEST_CASE("fp64 gradients of a rotation are its difference quotients") {
  at::manual_seed(27);
  const auto angles = rotary_angles(at::arange(3, at::kLong).unsqueeze(0), 4, 100.0);
  require_difference_quotients([&](const auto& in) { return rotate_half(in[0], angles); },
                               {at::randn({2, 3, 2, 4})});
}

TEST_CASE("fp32 heads are turned as by the operators at 40 shapes, with positions of their own") {
  at::manual_seed(28);
  ShapeDraw draw(28);
  for (int round = 0; round < 40; ++round) {
    const int64_t batch = draw.up_to(4);
    const int64_t seq_len = draw.up_to(30);
    const int64_t heads = draw.up_to(5);
    const int64_t half = draw.up_to(40);
    INFO(batch << " x " << seq_len << " x " << heads << " x " << 2 * half);
    const at::Tensor positions =
        at::randint(0, 500, {draw.one_in(2) ? 1 : batch, seq_len}, at::kLong);
    const auto angles = rotary_angles(positions, 2 * half, 10000.0);
    const at::Tensor cos = at::cat({angles.cos, angles.cos}, -1).unsqueeze(-2);
    const at::Tensor sin = at::cat({angles.sin, angles.sin}, -1).unsqueeze(-2);
    require_same([&](const auto& in) { return rotate_half(in[0], angles); },
                 [&](const auto& in) {
                   const auto halves = in[0].chunk(2, -1);
                   return in[0] * cos + at::cat({-halves[1], halves[0]}, -1) * sin;
                 },
                 {at::randn({batch, seq_len, heads, 2 * half})});
  }
}

TEST_CASE("neighbours are turned with every bit of their halves, forward and back") {
  at::manual_seed(31);
  ShapeDraw draw(31);
  for (const at::ScalarType dtype : {at::kFloat, at::kBFloat16}) {
    for (int round = 0; round < 20; ++round) {
      const int64_t batch = draw.up_to(4);
      const int64_t seq_len = draw.up_to(30);
      const int64_t heads = draw.up_to(5);
      const int64_t half = draw.up_to(40);
      INFO(batch << " x " << seq_len << " x " << heads << " x " << 2 * half);
      const at::Tensor positions =
          at::randint(0, 500, {draw.one_in(2) ? 1 : batch, seq_len}, at::kLong);
      const auto angles = rotary_angles(positions, 2 * half, 10000.0);
      require_same(
          [&](const auto& in) { return rotate_neighbours(in[0], angles); },
          [&](const auto& in) {
            const at::Tensor halves = in[0].unflatten(-1, {half, 2}).transpose(-1, -2).flatten(-2);
            return rotate_half(halves.contiguous(), angles);
          },
          {at::randn({batch, seq_len, heads, 2 * half}).to(dtype)}, 0, 0);
    }
  }
}

TEST_CASE("fp64 gradients of turned neighbours are its difference quotients") {
  at::manual_seed(32);
  const auto angles = rotary_angles(at::arange(3, at::kLong).unsqueeze(0), 4, 100.0);
  require_difference_quotients([&](const auto& in) { return rotate_neighbours(in[0], angles); },
                               {at::randn({2, 3, 2, 4})});
}
