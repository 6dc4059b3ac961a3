#include "models/layers/expert_share.h"

#include <ATen/ATen.h>

#include <catch2/catch.hpp>

#include "error/error.h"
#include "models/layers/mixture.h"

namespace assay::models {
namespace {

MixtureShape eight_experts() {
  return {.router = {.d_model = 16, .num_experts = 8, .top_k = 4, .forced_balance = true},
          .d_expert = 8,
          .losses = {.load_balance = 0.1}};
}

TEST_CASE("a share of a mixture holds its part of the experts, and the whole router") {
  const ExpertShareGuard guard(4);
  Mixture mixture(eight_experts());
  CHECK(mixture->named_parameters()["gate_up"].size(0) == 2);
  CHECK(mixture->named_parameters()["router.weight"].size(0) == 8);
  const ExpertShareGuard odd(3);
  CHECK_THROWS_AS(Mixture(eight_experts()), ConfigError);
}

TEST_CASE("outside of a guard a mixture holds all of its experts") {
  { const ExpertShareGuard guard(4); }
  CHECK(num_held_experts(8) == 8);
}

TEST_CASE("a share computes every choice of its tokens, by held expert e mod held") {
  const MixtureShape shape = eight_experts();
  Mixture whole(shape);
  const ExpertShareGuard guard(4);
  Mixture part(shape);
  const at::NoGradGuard no_grad;
  for (auto& item : part->named_parameters()) item.value().normal_(0, 0.5);
  whole->named_parameters()["router.weight"].copy_(part->named_parameters()["router.weight"]);
  for (const char* name : {"gate_up", "down"}) {
    whole->named_parameters()[name].copy_(part->named_parameters()[name].repeat({4, 1, 1}));
  }
  const at::Tensor x = at::randn({6, 16});
  const SequenceContext context{.batch = 1, .seq_len = 6};
  const FeedForwardOutput a = whole->forward(x, context);
  const FeedForwardOutput b = part->forward(x, context);
  CHECK(at::allclose(a.hidden, b.hidden, 1e-4, 1e-5));
  CHECK(at::equal(a.tokens_per_expert, b.tokens_per_expert));
  CHECK(at::allclose(a.aux_loss, b.aux_loss));
}

}  // namespace
}  // namespace assay::models
