#include <ATen/ATen.h>

#include <catch2/catch.hpp>

#include "models/layers/sequence_context.h"
#include "small_models.h"

// Training on packed documents, whose attention goes by stretches, against the same documents as
// sequences of their own.

using namespace assay;

namespace {

/// Documents of two sequences of 48 tokens: stretches of one, and one of the last two.
const std::vector<std::vector<int64_t>> kRows{{20, 28}, {40, 3, 5}};

Batch packed_batch(const SmallModel& model, uint64_t seed) {
  Batch batch = random_batch(spec_of(model), 2, 48, seed);
  batch.document_ids = at::zeros({2, 48}, at::kLong);
  for (int64_t row = 0; row < 2; ++row) {
    int64_t begin = 0;
    int64_t id = 0;
    for (const int64_t length : kRows[static_cast<size_t>(row)]) {
      batch.document_ids->select(0, row).slice(0, begin, begin + length).fill_(id++);
      begin += length;
      batch.targets.select(0, row)[begin - 1] = -1;
    }
  }
  return batch;
}

/// The small models that have room for 48 tokens.
std::vector<SmallModel> models_of_48() {
  std::vector<SmallModel> models = small_models();
  std::erase_if(models, [](const SmallModel& model) { return spec_of(model).max_seq_len < 48; });
  return models;
}

double backward_packed(LanguageModel& model, const Batch& batch) {
  const at::Tensor loss = model.forward(batch).loss_sum;
  loss.backward();
  return loss.item<double>();
}

double backward_alone(LanguageModel& model, const Batch& batch) {
  double sum = 0;
  for (int64_t row = 0; row < 2; ++row) {
    int64_t begin = 0;
    for (const int64_t length : kRows[static_cast<size_t>(row)]) {
      const auto of = [&](const at::Tensor& x) {
        return x.slice(0, row, row + 1).slice(1, begin, begin + length);
      };
      sum += backward_packed(model, {.tokens = of(batch.tokens), .targets = of(batch.targets)});
      begin += length;
    }
  }
  return sum;
}

void descend(LanguageModel& model) {
  const at::NoGradGuard no_grad;
  for (const at::Tensor& parameter : model.parameters()) {
    if (!parameter.grad().defined()) continue;
    const_cast<at::Tensor&>(parameter).add_(parameter.grad(), -1e-3);
    parameter.mutable_grad() = at::Tensor();
  }
}

}  // namespace

TEST_CASE("every family trains on packed documents as on the documents alone") {
  for (const SmallModel& model : models_of_48()) {
    INFO(model.name);
    const auto packed = make(model);
    const auto alone = make(model);
    REQUIRE_FALSE(
        models::training_context(packed_batch(model, 1), Recompute::kNone).stretches.empty());
    for (uint64_t step = 1; step <= 4; ++step) {
      const Batch batch = packed_batch(model, step);
      const double expected = backward_alone(*alone, batch);
      CHECK(backward_packed(*packed, batch) == Approx(expected).epsilon(1e-4));
      descend(*packed);
      descend(*alone);
    }
  }
}

TEST_CASE("packed documents have the gradients of none where attention is computed again") {
  for (const SmallModel& model : models_of_48()) {
    INFO(model.name);
    const auto once = make(model);
    const auto again = make(model);
    again->set_recompute(Recompute::kAttention);
    backward_packed(*once, packed_batch(model, 1));
    backward_packed(*again, packed_batch(model, 1));
    for (size_t i = 0; i < once->parameters().size(); ++i) {
      const at::Tensor expected = once->parameters()[i].grad();
      const at::Tensor got = again->parameters()[i].grad();
      REQUIRE(expected.defined() == got.defined());
      if (expected.defined()) CHECK(at::equal(expected, got));
    }
  }
}
