#include <ATen/ATen.h>
#include <torch/csrc/autograd/autograd.h>

#include <catch2/catch.hpp>

#include "small_models.h"

// What is computed again changes nothing but memory and time, for every trainable family.

using namespace assay;

namespace {

/// All that two micro-batches leave: losses, counts and the gradients added up over both.
struct Passes {
  std::vector<at::Tensor> outputs;
  std::vector<std::pair<std::string, at::Tensor>> gradients;
};

Passes two_passes(const SmallModel& small, Recompute recompute, at::ScalarType dtype) {
  const auto model = make(small);
  spread_weights(*model);
  model->to(dtype);
  model->set_recompute(recompute);
  Passes passes;
  for (const uint64_t seed : {1, 2}) {
    const LmOutput output = model->forward(random_batch(spec_of(small), 2, 24, seed));
    at::Tensor objective = output.loss_sum;
    if (output.aux_loss.defined()) objective = objective + output.aux_loss * output.num_targets;
    objective.backward();
    for (const at::Tensor& tensor :
         {output.loss_sum, output.aux_loss, output.tokens_per_expert, output.router_sums}) {
      if (tensor.defined()) passes.outputs.push_back(tensor.detach());
    }
    if (output.router_sums.defined()) CHECK_FALSE(output.router_sums.requires_grad());
  }
  for (const auto& parameter : model->named_parameters()) {
    passes.gradients.emplace_back(parameter.key(), parameter.value().grad());
  }
  return passes;
}

void check_same(const SmallModel& small, Recompute recompute, at::ScalarType dtype) {
  INFO(small.name << ", " << to_string(recompute) << ", " << at::toString(dtype));
  const Passes expected = two_passes(small, Recompute::kNone, dtype);
  const Passes actual = two_passes(small, recompute, dtype);
  REQUIRE(actual.outputs.size() == expected.outputs.size());
  for (size_t i = 0; i < expected.outputs.size(); ++i) {
    CHECK(actual.outputs[i].equal(expected.outputs[i]));
  }
  for (size_t i = 0; i < expected.gradients.size(); ++i) {
    INFO(expected.gradients[i].first);
    REQUIRE(actual.gradients[i].second.defined() == expected.gradients[i].second.defined());
    if (!expected.gradients[i].second.defined()) continue;
    CHECK(actual.gradients[i].second.equal(expected.gradients[i].second));
  }
}

}  // namespace

TEST_CASE("losses, counts and gradients are the same bit by bit whatever is computed again") {
  std::vector<SmallModel> models = small_models();
  models.push_back(multi_token_model());
  for (const SmallModel& model : models) {
    for (const Recompute recompute : {Recompute::kAttention, Recompute::kFull}) {
      check_same(model, recompute, at::kFloat);
      check_same(model, recompute, at::kBFloat16);
    }
  }
}

TEST_CASE("evaluation and decoding compute nothing again") {
  for (const SmallModel& small : small_models()) {
    INFO(small.name);
    const auto model = make(small);
    const Batch batch = random_batch(spec_of(small), 2, 24);
    const at::Tensor logits = logits_of(*model, batch.tokens);
    const at::NoGradGuard no_grad;
    const at::Tensor loss = model->forward(batch).loss_sum;
    for (const Recompute recompute : {Recompute::kAttention, Recompute::kFull}) {
      model->set_recompute(recompute);
      CHECK(model->forward(batch).loss_sum.equal(loss));
      CHECK(logits_of(*model, batch.tokens).equal(logits));
    }
  }
}
