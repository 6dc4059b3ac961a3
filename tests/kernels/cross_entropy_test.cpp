#include "kernels/cross_entropy.h"

#include <ATen/ATen.h>

#include <catch2/catch.hpp>
#include <cmath>

#include "gradient_check.h"

using assay::kernels::cross_entropy_sum;
using assay::kernels::LogitsUse;
using assay::kernels::require_difference_quotients;
using assay::kernels::require_same;
using assay::kernels::ShapeDraw;

TEST_CASE("cross-entropy and its gradient are those of torch on counted targets") {
  at::manual_seed(1);
  const at::Tensor logits = at::randn({37, 50}) * 3;
  at::Tensor targets = at::randint(0, 50, {37}, at::kLong);
  targets[3] = -1;
  targets[20] = -100;
  const at::Tensor weight = at::rand({37});
  require_same([&](const auto& in) { return cross_entropy_sum(in[0], targets, weight); },
               [&](const auto& in) {
                 const at::Tensor each =
                     at::cross_entropy_loss(in[0], targets.clamp_min(0), {}, at::Reduction::None);
                 return (each * weight * targets.ge(0)).sum();
               },
               {logits});
}

TEST_CASE("equal logits cost ln V each") {
  const at::Tensor loss = cross_entropy_sum(at::zeros({5, 256}), at::zeros({5}, at::kLong), {});
  CHECK(loss.item<double>() == Approx(5 * std::log(256.0)));
}

TEST_CASE("logits of a thousand neither overflow nor lose the loss") {
  const at::Tensor logits = at::tensor({1000.0F, 0.0F, -1000.0F}).view({1, 3});
  CHECK(cross_entropy_sum(logits, at::tensor({0}, at::kLong), {}).item<float>() == Approx(0.0));
  CHECK(cross_entropy_sum(logits, at::tensor({1}, at::kLong), {}).item<float>() == Approx(1000.0));
}

TEST_CASE("a logit that is not finite makes the loss so, whether it is the target's or not") {
  for (const float bad : {std::nanf(""), HUGE_VALF}) {
    for (const int64_t place : {0, 1, 200}) {
      at::Tensor logits = at::zeros({3, 256});
      logits[1][place] = bad;
      const at::Tensor targets = at::full({3}, 1, at::kLong);
      CHECK_FALSE(std::isfinite(cross_entropy_sum(logits, targets, {}).item<float>()));
    }
  }
}

TEST_CASE("bf16 logits are widened before the sum and get a bf16 gradient") {
  at::manual_seed(1);
  const at::Tensor wide = at::randn({64, 256});
  const at::Tensor narrow = wide.to(at::kBFloat16).set_requires_grad(true);
  const at::Tensor targets = at::randint(0, 256, {64}, at::kLong);
  const at::Tensor loss = cross_entropy_sum(narrow, targets, {});
  CHECK(loss.scalar_type() == at::kFloat);
  const at::Tensor expected = cross_entropy_sum(narrow.detach().to(at::kFloat), targets, {});
  CHECK(loss.item<float>() == Approx(expected.item<float>()).epsilon(1e-6));
  loss.backward();
  CHECK(narrow.grad().scalar_type() == at::kBFloat16);
}

TEST_CASE("overwriting the logits leaves their gradient there and changes no number") {
  at::manual_seed(1);
  for (const at::ScalarType dtype : {at::kFloat, at::kBFloat16}) {
    const at::Tensor hidden = at::randn({19, 24}).to(dtype);
    const at::Tensor targets = at::randint(-1, 131, {19}, at::kLong);
    const auto loss = [&](const auto& in, LogitsUse use) {
      return cross_entropy_sum(at::linear(hidden, in[0]), targets, {}, use);
    };
    require_same([&](const auto& in) { return loss(in, LogitsUse::kOverwrite); },
                 [&](const auto& in) { return loss(in, LogitsUse::kKeep); },
                 {at::randn({131, 24}).to(dtype)}, 0, 0);
  }
}

TEST_CASE("bf16 cross-entropy and its gradient are those of fp32, rounded once") {
  at::manual_seed(11);
  for (const auto& [rows, width] : {std::pair{1, 1}, {3, 17}, {40, 1000}}) {
    const at::Tensor logits = (at::randn({rows, width}) * 4).to(at::kBFloat16);
    const at::Tensor targets = at::randint(0, width, {rows}, at::kLong);
    const at::Tensor weight = at::rand({rows});
    const auto loss = [&](const at::Tensor& in) { return cross_entropy_sum(in, targets, weight); };
    require_same([&](const auto& in) { return loss(in[0]); },
                 [&](const auto& in) { return loss(in[0].to(at::kFloat)); }, {logits}, 8e-3, 1e-6);
  }
}

TEST_CASE("fp64 gradients of the cross-entropy are its difference quotients") {
  at::manual_seed(29);
  at::Tensor targets = at::randint(0, 7, {5}, at::kLong);
  targets[1] = -1;
  const at::Tensor weight = at::rand({5});
  require_difference_quotients(
      [&](const auto& in) { return cross_entropy_sum(in[0], targets, weight); },
      {at::randn({5, 7}) * 2});
}

TEST_CASE("the cross-entropy of fp32 rows is that of torch at 40 shapes") {
  at::manual_seed(30);
  ShapeDraw draw(30);
  for (int round = 0; round < 40; ++round) {
    const int64_t rows = draw.up_to(50);
    const int64_t width = draw.up_to(400);
    INFO(rows << " rows of " << width);
    const at::Tensor targets = at::randint(-1, width, {rows}, at::kLong);
    const at::Tensor weight = draw.one_in(2) ? at::rand({rows}) : at::Tensor();
    require_same([&](const auto& in) { return cross_entropy_sum(in[0], targets, weight); },
                 [&](const auto& in) {
                   at::Tensor each =
                       at::cross_entropy_loss(in[0], targets.clamp_min(0), {}, at::Reduction::None);
                   if (weight.defined()) each = each * weight;
                   return (each * targets.ge(0)).sum();
                 },
                 {at::randn({rows, width}) * 4});
  }
}
