#include "models/deepseek/model.h"

#include <ATen/ATen.h>

#include <catch2/catch.hpp>

#include "../small_models.h"

using namespace assay;

namespace {

const SmallModel& like_v3() {
  for (const SmallModel& model : small_models()) {
    if (model.name == "deepseek like V3") return model;
  }
  throw std::runtime_error("no such small model");
}

}  // namespace

TEST_CASE("after a step each mixture's bias moves against its own load, and nothing else moves") {
  const auto model = make(like_v3());
  const LmOutput output = model->forward(random_batch(spec_of(like_v3()), 2, 24));
  const auto before = make(like_v3())->parameters();
  model->after_step(output.tokens_per_expert);
  const auto after = model->parameters();
  for (size_t i = 0; i < after.size(); ++i) CHECK(after[i].equal(before[i]));
  const auto buffers = model->named_buffers();
  REQUIRE(buffers.size() == 2);
  for (int64_t layer = 0; layer < 2; ++layer) {
    const at::Tensor load = output.tokens_per_expert[layer].to(at::kFloat);
    const at::Tensor bias = buffers.values()[static_cast<size_t>(layer)];
    CHECK(at::allclose(bias, (load.mean() - load).sign() * 0.001));
  }
}

TEST_CASE("the balance of sequences is an auxiliary loss where it has a weight") {
  const LmOutput output = make(like_v3())->forward(random_batch(spec_of(like_v3()), 2, 24));
  REQUIRE(output.aux_loss.defined());
  // Fresh routers are nearly even: the loss is near its weight.
  CHECK(output.aux_loss.item<double>() == Approx(0.0001).epsilon(0.3));
}

TEST_CASE("the selection bias has no gradient and is part of what is stored") {
  const auto model = make(like_v3());
  model->forward(random_batch(spec_of(like_v3()), 2, 24)).loss_sum.backward();
  for (const auto& buffer : model->named_buffers()) {
    CHECK(buffer.key().ends_with("selection_bias"));
    CHECK_FALSE(buffer.value().requires_grad());
  }
}
