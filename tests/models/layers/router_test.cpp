#include "models/layers/router.h"

#include <ATen/ATen.h>

#include <catch2/catch.hpp>
#include <cmath>
#include <set>
#include <vector>

using namespace assay::models;

namespace {

/// A router whose logits are its input: weight 1, one feature an expert.
Router identity_router(RouterShape shape) {
  shape.d_model = shape.num_experts;
  Router router(shape);
  const at::NoGradGuard no_grad;
  router->named_parameters()["weight"].copy_(at::eye(shape.num_experts));
  return router;
}

std::set<int64_t> chosen(const Routing& routing) {
  const at::Tensor flat = routing.choices[0];
  std::set<int64_t> experts;
  for (int64_t j = 0; j < flat.numel(); ++j) experts.insert(flat[j].item<int64_t>());
  return experts;
}

at::Tensor row(const std::vector<float>& values) { return at::tensor(values).unsqueeze(0); }

}  // namespace

TEST_CASE("a sigmoid router weighs by the scores and scales what sums to 1") {
  Router router = identity_router({.num_experts = 4,
                                   .top_k = 2,
                                   .scoring = Scoring::kSigmoid,
                                   .renormalize = true,
                                   .routed_scale = 2.5});
  const Routing routing = router->forward(row({0, 2, -1, 1}));
  CHECK(chosen(routing) == std::set<int64_t>{1, 3});
  const double first = 1 / (1 + std::exp(-2.0));
  const double second = 1 / (1 + std::exp(-1.0));
  CHECK(routing.weights[0][0].item<double>() ==
        Approx(2.5 * first / (first + second)).epsilon(1e-6));
  CHECK(routing.weights.sum().item<double>() == Approx(2.5).epsilon(1e-6));
}

TEST_CASE("the selection bias acts on the choice and not on the weights") {
  Router router = identity_router(
      {.num_experts = 4, .top_k = 1, .scoring = Scoring::kSigmoid, .selection_bias = true});
  CHECK(chosen(router->forward(row({0, 2, -1, 1}))) == std::set<int64_t>{1});
  router->named_buffers()["selection_bias"][2] = 5;
  const Routing routing = router->forward(row({0, 2, -1, 1}));
  CHECK(chosen(routing) == std::set<int64_t>{2});
  CHECK(routing.weights.item<double>() == Approx(1 / (1 + std::exp(1.0))).epsilon(1e-6));
}

TEST_CASE("without a bias a group is as good as its best expert") {
  // Groups {0, 1}, {2, 3}, {4, 5}: the best single expert is in the first, the best pair is not.
  Router router = identity_router({.num_experts = 6, .top_k = 2, .num_groups = 3, .top_groups = 1});
  CHECK(chosen(router->forward(row({3, -9, 2, 2, 0, 0}))) == std::set<int64_t>{0, 1});
}

TEST_CASE("with a bias a group is as good as its two best experts") {
  Router router = identity_router({.num_experts = 6,
                                   .top_k = 2,
                                   .scoring = Scoring::kSigmoid,
                                   .selection_bias = true,
                                   .num_groups = 3,
                                   .top_groups = 1});
  CHECK(chosen(router->forward(row({3, -9, 2, 2, 0, 0}))) == std::set<int64_t>{2, 3});
}

TEST_CASE("experts of other groups stay out even where every allowed score is negative") {
  Router router = identity_router({.num_experts = 4,
                                   .top_k = 2,
                                   .scoring = Scoring::kSigmoid,
                                   .selection_bias = true,
                                   .num_groups = 2,
                                   .top_groups = 1});
  router->named_buffers()["selection_bias"].copy_(at::tensor({-2.0F, -2.0F, -3.0F, -3.0F}));
  CHECK(chosen(router->forward(row({0, 0, 0, 0}))) == std::set<int64_t>{0, 1});
}

TEST_CASE("balancing moves the bias one step up where the load was low and down where high") {
  Router router = identity_router(
      {.num_experts = 3, .top_k = 1, .selection_bias = true, .selection_bias_speed = 0.25});
  router->balance(at::tensor({9, 3, 6}, at::kLong));
  CHECK(router->named_buffers()["selection_bias"].equal(at::tensor({-0.25F, 0.25F, 0.0F})));
}

TEST_CASE("repeated balancing evens out a router that prefers one expert") {
  Router router = identity_router({.num_experts = 4,
                                   .top_k = 1,
                                   .scoring = Scoring::kSigmoid,
                                   .selection_bias = true,
                                   .selection_bias_speed = 0.01});
  at::Generator generator = at::detail::createCPUGenerator(3);
  const at::Tensor tokens = at::randn({512, 4}, generator, at::kFloat);
  tokens.select(1, 2).add_(2);
  const auto load = [&] { return router->forward(tokens).choices.flatten().bincount({}, 4); };
  const int64_t before = load().max().item<int64_t>();
  for (int step = 0; step < 200; ++step) router->balance(load());
  CHECK(before > 300);
  CHECK(load().max().item<int64_t>() < 150);
}

TEST_CASE("the sequence balance loss is 1 where a sequence is even and E / k where one takes all") {
  const at::Tensor even = at::full({8, 4}, 0.25);
  const at::Tensor turns = at::arange(8, at::kLong).remainder(4).unsqueeze(1);
  CHECK(sequence_balance_loss(even, turns, 2).item<double>() == Approx(1.0));
  at::Tensor one = at::zeros({8, 4});
  one.select(1, 1).fill_(1);
  CHECK(sequence_balance_loss(one, at::ones({8, 1}, at::kLong), 2).item<double>() == Approx(4.0));
}

TEST_CASE("the sequence balance loss sees each sequence alone") {
  // Two sequences that are each uneven, and even together.
  at::Tensor scores = at::zeros({4, 2});
  scores.slice(0, 0, 2).select(1, 0).fill_(1);
  scores.slice(0, 2, 4).select(1, 1).fill_(1);
  const at::Tensor choices = at::tensor({0, 0, 1, 1}, at::kLong).unsqueeze(1);
  CHECK(sequence_balance_loss(scores, choices, 2).item<double>() == Approx(2.0));
  CHECK(sequence_balance_loss(scores, choices, 1).item<double>() == Approx(1.0));
}
