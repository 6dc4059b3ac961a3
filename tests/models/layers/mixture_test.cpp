#include "models/layers/mixture.h"

#include <ATen/ATen.h>

#include <catch2/catch.hpp>
#include <cmath>

#include "models/initialise.h"

using namespace assay::models;

namespace {

MixtureShape small_shape() {
  return {.router = {.d_model = 8, .num_experts = 4, .top_k = 2}, .d_expert = 6};
}

Mixture filled(const MixtureShape& shape) {
  Mixture mixture(shape);
  const at::NoGradGuard no_grad;
  for (const auto& parameter : mixture->named_parameters()) {
    assay::fill_normal(parameter.value(), 0.7, 5, parameter.key());
  }
  return mixture;
}

FeedForwardOutput run(Mixture& mixture, const at::Tensor& hidden) {
  return mixture->forward(hidden, {.batch = 1, .seq_len = hidden.size(0), .training = true});
}

at::Tensor random_hidden() {
  at::Generator generator = at::detail::createCPUGenerator(3);
  return at::randn({11, 8}, generator, at::kFloat);
}

/// router_sums[2]
double num_dropped(const FeedForwardOutput& output) { return output.router_sums[2].item<double>(); }

/// The same layer written token by token.
at::Tensor token_by_token(Mixture& mixture, const at::Tensor& hidden, bool renormalize) {
  const auto weights = mixture->named_parameters();
  const at::Tensor probabilities = at::linear(hidden, weights["router.weight"]).softmax(-1);
  at::Tensor out = at::zeros_like(hidden);
  for (int64_t n = 0; n < hidden.size(0); ++n) {
    auto [chosen, experts] = probabilities[n].topk(2);
    if (renormalize) chosen = chosen / chosen.sum();
    for (int64_t j = 0; j < 2; ++j) {
      const auto expert = experts[j].item<int64_t>();
      const auto halves = at::mv(weights["gate_up"][expert], hidden[n]).chunk(2);
      const at::Tensor inner = at::silu(halves[0]) * halves[1];
      out[n] += chosen[j] * at::mv(weights["down"][expert], inner);
    }
  }
  return out;
}

}  // namespace

TEST_CASE("a mixture is the sum of the chosen experts, weighted by the softmax over all of them") {
  for (const bool renormalize : {false, true}) {
    MixtureShape shape = small_shape();
    shape.router.renormalize = renormalize;
    Mixture mixture = filled(shape);
    at::Generator generator = at::detail::createCPUGenerator(3);
    const at::Tensor hidden = at::randn({11, 8}, generator, at::kFloat);
    const at::NoGradGuard no_grad;
    const FeedForwardOutput output = run(mixture, hidden);
    CHECK(at::allclose(output.hidden, token_by_token(mixture, hidden, renormalize), 1e-4, 1e-5));
    CHECK(output.tokens_per_expert.sum().item<int64_t>() == 22);
  }
}

TEST_CASE("an expert that no token chose gets a gradient of zeros") {
  Mixture mixture = filled(small_shape());
  const at::Tensor hidden = at::ones({5, 8});
  const FeedForwardOutput output = run(mixture, hidden);
  output.hidden.sum().backward();
  const auto weights = mixture->named_parameters();
  for (int64_t expert = 0; expert < 4; ++expert) {
    const bool used = output.tokens_per_expert[expert].item<int64_t>() > 0;
    CHECK((weights["gate_up"].grad()[expert].abs().sum().item<float>() > 0) == used);
    CHECK((weights["down"].grad()[expert].abs().sum().item<float>() > 0) == used);
  }
  CHECK((output.tokens_per_expert == 0).sum().item<int64_t>() == 2);
}

TEST_CASE("the load-balancing loss is 1 where choices and probabilities are uniform") {
  const at::Tensor uniform = at::full({6, 4}, 0.25);
  const at::Tensor chosen = at::full({4}, 3, at::kLong);
  CHECK(load_balancing_loss(uniform, chosen, 2).item<double>() == Approx(1.0));
}

TEST_CASE("the load-balancing loss is the number of experts where one takes everything") {
  at::Tensor probabilities = at::zeros({6, 4});
  probabilities.select(1, 2).fill_(1);
  const at::Tensor chosen = at::tensor({0, 0, 6, 0}, at::kLong);
  CHECK(load_balancing_loss(probabilities, chosen, 1).item<double>() == Approx(4.0));
}

TEST_CASE("the z-loss is the mean square of the logits' log-sum-exp") {
  const at::Tensor logits = at::tensor({0.0F, 0.0F, 1.0F, 1.0F}).view({2, 2});
  const double first = std::log(2.0);
  const double second = 1.0 + std::log(2.0);
  CHECK(router_z_loss(logits).item<double>() ==
        Approx((first * first + second * second) / 2).epsilon(1e-6));
}

TEST_CASE("the auxiliary loss is the weighted sum of both and pushes the router only") {
  MixtureShape shape = small_shape();
  shape.losses = {.load_balance = 2, .z = 3};
  Mixture mixture = filled(shape);
  at::Generator generator = at::detail::createCPUGenerator(3);
  const at::Tensor hidden = at::randn({11, 8}, generator, at::kFloat);
  const FeedForwardOutput output = run(mixture, hidden);
  const auto weights = mixture->named_parameters();
  const at::Tensor logits = at::linear(hidden, weights["router.weight"]);
  const at::Tensor expected =
      2 * load_balancing_loss(logits.softmax(-1), output.tokens_per_expert, 2) +
      3 * router_z_loss(logits);
  CHECK(output.aux_loss.item<double>() == Approx(expected.item<double>()).epsilon(1e-6));
  output.aux_loss.backward();
  CHECK(weights["router.weight"].grad().abs().sum().item<float>() > 0);
  CHECK_FALSE(weights["gate_up"].grad().defined());
}

TEST_CASE("shared experts see every token") {
  MixtureShape shape = small_shape();
  shape.d_shared = 10;
  Mixture mixture = filled(shape);
  const at::Tensor hidden = at::ones({3, 8});
  const at::NoGradGuard no_grad;
  const at::Tensor with = run(mixture, hidden).hidden;
  const auto weights = mixture->named_parameters();
  weights["shared.down.weight"].zero_();
  const at::Tensor without = run(mixture, hidden).hidden;
  const at::Tensor routed = token_by_token(mixture, hidden, false);
  CHECK(at::allclose(without, routed, 1e-4, 1e-5));
  CHECK_FALSE(at::allclose(with, without, 1e-2, 1e-2));
}

TEST_CASE("without weights there is no auxiliary loss") {
  Mixture mixture = filled(small_shape());
  CHECK_FALSE(run(mixture, at::ones({3, 8})).aux_loss.defined());
}

TEST_CASE("a capacity with room for every choice changes nothing, to the gradients") {
  MixtureShape shape = small_shape();
  shape.expert_bias = true;
  Mixture dropless = filled(shape);
  shape.capacity_factor = 2;  // E / k: an expert may have every token
  Mixture roomy = filled(shape);
  for (Mixture& mixture : {std::ref(dropless), std::ref(roomy)}) {
    const FeedForwardOutput output = run(mixture, random_hidden());
    CHECK(num_dropped(output) == 0);
    output.hidden.square().sum().backward();
  }
  const auto wanted = dropless->named_parameters();
  for (const auto& parameter : roomy->named_parameters()) {
    INFO(parameter.key());
    CHECK(at::allclose(parameter.value().grad(), wanted[parameter.key()].grad(), 1e-4, 1e-5));
  }
}

TEST_CASE("what finds its expert full is left out of its token's sum and counted") {
  MixtureShape shape = small_shape();
  shape.capacity_factor = 0.4;  // ceil(0.4 x 2 x 11 / 4) = 3 choices an expert
  Mixture mixture = filled(shape);
  const at::NoGradGuard no_grad;
  const at::Tensor hidden = at::ones({11, 8});  // all tokens choose the same two experts
  const FeedForwardOutput output = run(mixture, hidden);
  CHECK(num_dropped(output) == 2 * (11 - 3));
  CHECK(output.tokens_per_expert.max().item<int64_t>() == 11);
  CHECK(at::allclose(output.hidden.slice(0, 0, 3),
                     token_by_token(mixture, hidden.slice(0, 0, 3), false), 1e-4, 1e-5));
  CHECK(output.hidden.slice(0, 3).abs().max().item<float>() == 0);
}

TEST_CASE("evaluation and decoding drop nothing") {
  MixtureShape shape = small_shape();
  shape.capacity_factor = 0.4;
  Mixture mixture = filled(shape);
  const at::NoGradGuard no_grad;
  const at::Tensor hidden = at::ones({11, 8});
  const FeedForwardOutput output = mixture->forward(hidden, {.batch = 1, .seq_len = 11});
  CHECK(at::allclose(output.hidden, token_by_token(mixture, hidden, false), 1e-4, 1e-5));
  CHECK_FALSE(output.router_sums.defined());
}

TEST_CASE("forced balance gives every expert the same load, weighted by the router's scores") {
  MixtureShape shape = small_shape();
  shape.router.forced_balance = true;
  Mixture mixture = filled(shape);
  const FeedForwardOutput output = run(mixture, at::ones({10, 8}));
  CHECK(output.tokens_per_expert.equal(at::full({4}, 5, at::kLong)));
  output.hidden.sum().backward();
  CHECK(mixture->named_parameters()["router.weight"].grad().abs().sum().item<float>() > 0);
}

TEST_CASE("the entropy of uniform scores is the logarithm of the number of experts") {
  CHECK(score_entropy_sum(at::full({3, 4}, 0.25)).item<double>() == Approx(3 * std::log(4.0)));
  // Sigmoid scores need not sum to 1.
  CHECK(score_entropy_sum(at::full({2, 8}, 0.7)).item<double>() == Approx(2 * std::log(8.0)));
  at::Tensor certain = at::zeros({1, 4});
  certain[0][2] = 1;
  CHECK(score_entropy_sum(certain).item<double>() == Approx(0).margin(1e-6));
}
