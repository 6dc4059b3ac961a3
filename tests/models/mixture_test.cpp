#include "models/olmoe/mixture.h"

#include <ATen/ATen.h>

#include <catch2/catch.hpp>
#include <cmath>

#include "models/initialise.h"

using assay::load_balancing_loss;
using assay::MixtureOutput;
using assay::OlmoeConfig;
using assay::OlmoeMixture;
using assay::router_z_loss;

namespace {

OlmoeConfig small_config() {
  return {.num_layers = 1,
          .d_model = 8,
          .num_heads = 2,
          .num_kv_heads = 2,
          .num_experts = 4,
          .top_k = 2,
          .d_expert = 6,
          .vocab_size = 10,
          .max_seq_len = 16};
}

OlmoeMixture filled(const OlmoeConfig& config) {
  OlmoeMixture mixture(config);
  const at::NoGradGuard no_grad;
  for (const auto& parameter : mixture->named_parameters()) {
    assay::fill_normal(parameter.value(), 0.7, 5, parameter.key());
  }
  return mixture;
}

/// The same layer written token by token.
at::Tensor token_by_token(OlmoeMixture& mixture, const at::Tensor& hidden, bool renormalize) {
  const auto weights = mixture->named_parameters();
  const at::Tensor probabilities = at::linear(hidden, weights["router.weight"]).softmax(-1);
  at::Tensor out = at::zeros_like(hidden);
  for (int64_t n = 0; n < hidden.size(0); ++n) {
    auto [chosen, experts] = probabilities[n].topk(2);
    if (renormalize) chosen = chosen / chosen.sum();
    for (int64_t j = 0; j < 2; ++j) {
      const int64_t expert = experts[j].item<int64_t>();
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
    OlmoeConfig config = small_config();
    config.renormalize = renormalize;
    OlmoeMixture mixture = filled(config);
    at::Generator generator = at::detail::createCPUGenerator(3);
    const at::Tensor hidden = at::randn({11, 8}, generator, at::kFloat);
    const at::NoGradGuard no_grad;
    const MixtureOutput output = mixture(hidden);
    CHECK(at::allclose(output.hidden, token_by_token(mixture, hidden, renormalize), 1e-4, 1e-5));
    CHECK(output.tokens_per_expert.sum().item<int64_t>() == 22);
  }
}

TEST_CASE("an expert that no token chose gets a gradient of zeros") {
  OlmoeMixture mixture = filled(small_config());
  const at::Tensor hidden = at::ones({5, 8});
  const MixtureOutput output = mixture(hidden);
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
  OlmoeConfig config = small_config();
  config.aux_loss_weight = 2;
  config.z_loss_weight = 3;
  OlmoeMixture mixture = filled(config);
  at::Generator generator = at::detail::createCPUGenerator(3);
  const at::Tensor hidden = at::randn({11, 8}, generator, at::kFloat);
  const MixtureOutput output = mixture(hidden);
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
