#include "kernels/linear_cross_entropy.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <catch2/catch.hpp>

#include "gradient_check.h"
#include "kernels/cross_entropy.h"

using assay::kernels::cross_entropy_sum;
using assay::kernels::linear_cross_entropy_sum;
using assay::kernels::require_same;

namespace {

int64_t any_up_to(int64_t most) { return at::randint(1, most + 1, {1}).item<int64_t>(); }

at::Tensor some_targets(int64_t num, int64_t vocabulary) {
  at::Tensor targets = at::randint(0, vocabulary, {num}, at::kLong);
  targets[num / 2] = -100;
  return targets;
}

}  // namespace

TEST_CASE("a loss made in shares of the rows is the whole loss, with its gradients") {
  at::manual_seed(5);
  for (int round = 0; round < 20; ++round) {
    const int64_t num = 1 + any_up_to(60);
    const int64_t vocabulary = any_up_to(90);
    const int64_t at_once = any_up_to(70);
    INFO(num << " rows, " << at_once << " at once, vocabulary " << vocabulary);
    const at::Tensor targets = some_targets(num, vocabulary);
    const at::Tensor loss_weight = round % 2 == 0 ? at::rand({num}) : at::Tensor();
    require_same(
        [&](const auto& in) {
          return linear_cross_entropy_sum(in[0], in[1], targets, loss_weight, at_once);
        },
        [&](const auto& in) {
          return cross_entropy_sum(at::linear(in[0], in[1]), targets, loss_weight);
        },
        {at::randn({num, 24}), at::randn({vocabulary, 24})});
  }
}

TEST_CASE("in bf16 the shares' weight gradients are added in fp32") {
  at::manual_seed(5);
  const at::Tensor hidden = at::randn({256, 32}).to(at::kBFloat16);
  const at::Tensor weight = at::randn({64, 32}).to(at::kBFloat16).set_requires_grad(true);
  const at::Tensor exact = weight.detach().to(at::kFloat).set_requires_grad(true);
  const at::Tensor targets = at::randint(0, 64, {256}, at::kLong);
  linear_cross_entropy_sum(hidden, weight, targets, {}, 4).backward();
  cross_entropy_sum(at::linear(hidden.to(at::kFloat), exact), targets, {}).backward();
  const at::Tensor difference = weight.grad().to(at::kFloat) - exact.grad();
  CHECK(weight.grad().scalar_type() == at::kBFloat16);
  CHECK(difference.norm().item<double>() < 0.01 * exact.grad().norm().item<double>());
}

TEST_CASE("fp64 gradients of a loss in shares are its difference quotients") {
  at::manual_seed(5);
  const at::Tensor targets = some_targets(7, 11);
  at::Tensor hidden = at::randn({7, 5}, at::kDouble).set_requires_grad(true);
  at::Tensor weight = at::randn({11, 5}, at::kDouble).set_requires_grad(true);
  const auto loss = [&] { return linear_cross_entropy_sum(hidden, weight, targets, {}, 3); };
  (loss() * 0.5).backward();
  constexpr double kStep = 1e-5;
  for (at::Tensor* input : {&hidden, &weight}) {
    const at::Tensor gradient = input->grad().reshape({-1});
    const at::NoGradGuard no_grad;
    at::Tensor numbers = input->view({-1});
    for (int64_t i = 0; i < numbers.numel(); ++i) {
      const double before = numbers[i].item<double>();
      numbers[i] = before + kStep;
      const double above = loss().item<double>();
      numbers[i] = before - kStep;
      const double below = loss().item<double>();
      numbers[i] = before;
      CHECK(gradient[i].item<double>() == Approx(0.5 * (above - below) / (2 * kStep)).margin(1e-8));
    }
  }
}

TEST_CASE("without a gradient the loss is the same") {
  at::manual_seed(5);
  const at::Tensor hidden = at::randn({50, 24});
  const at::Tensor weight = at::randn({90, 24}).set_requires_grad(true);
  const at::Tensor targets = some_targets(50, 90);
  const auto with = linear_cross_entropy_sum(hidden, weight, targets, {}, 20).item<float>();
  const at::NoGradGuard no_grad;
  CHECK(linear_cross_entropy_sum(hidden, weight, targets, {}, 20).item<float>() == with);
}

TEST_CASE("small vocabularies take many rows at once, large ones no fewer than a product needs") {
  CHECK(assay::kernels::logit_rows_at_once(256) == 262144);
  CHECK(assay::kernels::logit_rows_at_once(50257) == 1335);
  CHECK(assay::kernels::logit_rows_at_once(1 << 20) == 256);
}
