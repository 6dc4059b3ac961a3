#include "kernels/routing.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <optional>
#include <string>
#include <vector>

#include "gradient_check.h"
#include "kernels/routing_row.h"
#include "thread_lanes.h"

using namespace assay::kernels;

namespace {

/// A router drawn at random, and logits of which many are equal.
struct Drawn {
  RoutingRule rule;
  at::Tensor logits;
  at::Tensor bias;
  at::Tensor forced;

  [[nodiscard]] std::string text() const {
    return "tokens and experts " + std::to_string(logits.size(0)) + " x " +
           std::to_string(logits.size(1)) + ", top_k " + std::to_string(rule.top_k) + ", groups " +
           std::to_string(rule.top_groups) + " of " + std::to_string(rule.num_groups) +
           (rule.scoring == Scoring::kSigmoid ? ", sigmoid" : ", softmax") +
           (bias.defined() ? ", bias" : "") + (forced.defined() ? ", forced" : "");
  }
};

/// Numbers far enough from each other, or equal: how scores are rounded changes no choice.
at::Tensor coarse(at::IntArrayRef sizes, double step) {
  return at::randn(sizes).div(step).round() * step;
}

Drawn draw_router(ShapeDraw& draw) {
  const int64_t group_size = draw.up_to(40);
  const int64_t num_groups = draw.one_in(2) ? 1 : draw.up_to(8);
  const int64_t experts = group_size * num_groups;
  const int64_t top_groups = draw.up_to(num_groups);
  const int64_t tokens = draw.up_to(50);
  Drawn drawn{.rule = {.scoring = draw.one_in(2) ? Scoring::kSigmoid : Scoring::kSoftmax,
                       .top_k = draw.up_to(std::min<int64_t>(top_groups * group_size, 10)),
                       .num_groups = num_groups,
                       .top_groups = top_groups,
                       .renormalize = draw.one_in(2),
                       .scale = draw.one_in(2) ? 1 : 2.5}};
  drawn.logits = coarse({tokens, experts}, 0.25);
  if (draw.one_in(2)) drawn.bias = coarse({experts}, 0.125) / 4;
  if (draw.one_in(4)) {
    drawn.forced = at::randint(0, experts, {tokens, drawn.rule.top_k}, at::kLong);
  }
  return drawn;
}

/// Whether the same choices were made, but for experts whose scores with their bias differ by less
/// than the rounding of a softmax.
void require_same_choices(const Drawn& drawn, const RoutedTokens& left, const RoutedTokens& right) {
  if (left.choices.equal(right.choices)) return;
  at::Tensor wanted = right.scores.detach();
  if (drawn.bias.defined()) wanted = wanted + drawn.bias;
  const at::Tensor ours = wanted.gather(1, left.choices);
  const at::Tensor theirs = wanted.gather(1, right.choices);
  CHECK(at::allclose(ours, theirs, 1e-6, 1e-7));
  CHECK(left.choices.ne(right.choices).to(at::kDouble).mean().item<double>() < 0.01);
}

rows::RoutingShape plain_shape(const Drawn& drawn) {
  return {.num_experts = drawn.logits.size(1),
          .top_k = drawn.rule.top_k,
          .num_groups = drawn.rule.num_groups,
          .top_groups = drawn.rule.top_groups,
          .sigmoid = drawn.rule.scoring == Scoring::kSigmoid,
          .renormalize = drawn.rule.renormalize,
          .scale = static_cast<float>(drawn.rule.scale)};
}

/// Tokens routed by four lanes that share each row, and the gradient of both results by the logits.
struct ByLanes {
  RoutedTokens routed;
  at::Tensor grad_logits;
};

ByLanes route_by_lanes(const Drawn& drawn, const at::Tensor& grad_scores,
                       const at::Tensor& grad_weights) {
  const rows::RoutingShape shape = plain_shape(drawn);
  const int64_t tokens = drawn.logits.size(0);
  const int64_t experts = shape.num_experts;
  ByLanes out{.routed = {.scores = at::empty_like(drawn.logits),
                         .weights = at::empty({tokens, shape.top_k}),
                         .choices = at::empty({tokens, shape.top_k}, at::kLong)},
              .grad_logits = at::empty_like(drawn.logits)};
  std::vector<int64_t> keys(static_cast<size_t>(experts + shape.num_groups));
  const float* bias = drawn.bias.defined() ? drawn.bias.const_data_ptr<float>() : nullptr;
  const int64_t* forced = drawn.forced.defined() ? drawn.forced.const_data_ptr<int64_t>() : nullptr;
  on_thread_lanes([&](const ThreadLanes& lanes) {
    for (int64_t n = 0; n < tokens; ++n) {
      float* scores = out.routed.scores.mutable_data_ptr<float>() + n * experts;
      int64_t* choices = out.routed.choices.mutable_data_ptr<int64_t>() + n * shape.top_k;
      rows::route_row(lanes, shape, drawn.logits.const_data_ptr<float>() + n * experts, bias,
                      forced == nullptr ? nullptr : forced + n * shape.top_k, keys.data(), scores,
                      choices, out.routed.weights.mutable_data_ptr<float>() + n * shape.top_k);
      lanes.sync();
      rows::route_row_backward(lanes, shape, scores, choices,
                               grad_scores.const_data_ptr<float>() + n * experts,
                               grad_weights.const_data_ptr<float>() + n * shape.top_k,
                               out.grad_logits.mutable_data_ptr<float>() + n * experts);
      lanes.sync();
    }
  });
  return out;
}

}  // namespace

TEST_CASE("the router's pass is that of the operators at 80 shapes, ties included") {
  at::manual_seed(41);
  ShapeDraw draw(41);
  for (int round = 0; round < 80; ++round) {
    const Drawn drawn = draw_router(draw);
    INFO(drawn.text());
    const RoutedTokens ours = route(drawn.logits, drawn.bias, drawn.forced, drawn.rule);
    const RoutedTokens theirs =
        route_by_operators(drawn.logits, drawn.bias, drawn.forced, drawn.rule);
    CHECK(at::allclose(ours.scores, theirs.scores, 1e-5, 1e-7));
    CHECK(at::allclose(ours.weights, theirs.weights, 1e-5, 1e-6));
    require_same_choices(drawn, ours, theirs);
    const auto sum_of = [&](const auto& router) {
      return [&](const std::vector<at::Tensor>& in) {
        // Choices of the operators, so that a tie that is broken otherwise changes no gradient.
        const RoutedTokens routed = router(in[0], drawn.bias, theirs.choices, drawn.rule);
        return at::cat({routed.scores, routed.weights}, 1);
      };
    };
    require_same(sum_of(route), sum_of(route_by_operators), {drawn.logits}, 1e-4, 1e-6);
  }
}

TEST_CASE("fp64 gradients of a router are its difference quotients") {
  at::manual_seed(42);
  for (const Scoring scoring : {Scoring::kSoftmax, Scoring::kSigmoid}) {
    for (const bool renormalize : {false, true}) {
      const RoutingRule rule{.scoring = scoring,
                             .top_k = 2,
                             .num_groups = 2,
                             .top_groups = 1,
                             .renormalize = renormalize,
                             .scale = 1.5};
      const at::Tensor bias = at::randn({6}) / 8;
      require_difference_quotients(
          [&](const auto& in) {
            const RoutedTokens routed = route(in[0], bias, {}, rule);
            return at::cat({routed.scores, routed.weights}, 1);
          },
          {at::randn({4, 6})});
      // Each result alone: the other's gradient is not defined.
      require_difference_quotients(
          [&](const auto& in) { return route(in[0], bias, {}, rule).weights; },
          {at::randn({4, 6})});
      require_difference_quotients(
          [&](const auto& in) { return route(in[0], bias, {}, rule).scores; }, {at::randn({4, 6})});
    }
  }
}

TEST_CASE("lanes that share a row, as on a GPU, choose and differentiate as one does") {
  at::manual_seed(43);
  ShapeDraw draw(43);
  for (int round = 0; round < 20; ++round) {
    Drawn drawn = draw_router(draw);
    drawn.logits = drawn.logits.slice(0, 0, 6).contiguous();
    if (drawn.forced.defined()) drawn.forced = drawn.forced.slice(0, 0, 6).contiguous();
    INFO(drawn.text());
    const at::Tensor leaf = drawn.logits.clone().set_requires_grad(true);
    const RoutedTokens expected = route_by_operators(leaf, drawn.bias, drawn.forced, drawn.rule);
    const at::Tensor grad_scores = at::randn_like(drawn.logits);
    const at::Tensor grad_weights = at::randn(expected.weights.sizes());
    const ByLanes actual = route_by_lanes(drawn, grad_scores, grad_weights);
    CHECK(at::allclose(actual.routed.scores, expected.scores, 1e-5, 1e-7));
    CHECK(at::allclose(actual.routed.weights, expected.weights, 1e-5, 1e-6));
    require_same_choices(drawn, actual.routed, expected);
    if (!actual.routed.choices.equal(expected.choices)) continue;
    ((expected.scores * grad_scores).sum() + (expected.weights * grad_weights).sum()).backward();
    CHECK(at::allclose(actual.grad_logits, leaf.grad(), 1e-4, 1e-5));
  }
}

TEST_CASE("of equal experts the first ones are chosen, and of equal groups the first group") {
  const at::Tensor equal = at::zeros({1, 12});
  const RoutedTokens routed = route(equal, {}, {}, {.top_k = 3, .num_groups = 3, .top_groups = 1});
  CHECK(routed.choices.equal(at::tensor({0, 1, 2}, at::kLong).unsqueeze(0)));
  at::Tensor tied = at::zeros({1, 12});
  tied[0][7] = 1;
  tied[0][9] = 1;
  CHECK(route(tied, {}, {}, {.top_k = 3})
            .choices.equal(at::tensor({7, 9, 0}, at::kLong).unsqueeze(0)));
}

TEST_CASE("a logit that is not finite shows in its row alone, and every choice is an expert") {
  for (const float bad : {std::nanf(""), HUGE_VALF}) {
    for (const Scoring scoring : {Scoring::kSoftmax, Scoring::kSigmoid}) {
      at::Tensor logits = at::zeros({3, 20});
      logits[1][5] = bad;
      const RoutedTokens routed = route(
          logits, at::zeros({20}), {},
          {.scoring = scoring, .top_k = 4, .num_groups = 4, .top_groups = 2, .renormalize = true});
      CHECK_FALSE(at::isfinite(routed.weights[1]).any().item<bool>());
      CHECK(at::isfinite(routed.weights[0]).all().item<bool>());
      CHECK(at::isfinite(routed.weights[2]).all().item<bool>());
      CHECK(std::get<0>(at::_unique(routed.choices[1])).numel() == 4);
      CHECK((routed.choices.ge(0) & routed.choices.lt(20)).all().item<bool>());
    }
  }
}

TEST_CASE("more choices than the groups have experts are refused") {
  CHECK_THROWS_WITH(
      route(at::zeros({2, 8}), {}, {}, {.top_k = 3, .num_groups = 4, .top_groups = 1}),
      Catch::Contains("[kernels]") && Catch::Contains("3 of 8"));
}

TEST_CASE("no token is routed to no expert") {
  CHECK(route(at::zeros({0, 8}), {}, {}, {.top_k = 2}).choices.sizes() == at::IntArrayRef({0, 2}));
}
