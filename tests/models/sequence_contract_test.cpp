#include <ATen/ATen.h>

#include <algorithm>
#include <catch2/catch.hpp>

#include "small_models.h"

// What every trainable family promises of sequences: causality, caching, documents, weights and
// micro-batches.

using namespace assay;

TEST_CASE("a future token does not change earlier logits") {
  for (const SmallModel& model : small_models()) {
    INFO(model.name);
    const auto module = make(model);
    spread_weights(*module);
    at::Tensor tokens = random_batch(spec_of(model), 2, 24).tokens;
    const at::Tensor before = logits_of(*module, tokens);
    tokens.select(1, 15).add_(1).remainder_(65);
    const at::Tensor after = logits_of(*module, tokens);
    CHECK(largest_difference(before.slice(1, 0, 15), after.slice(1, 0, 15)) < 1e-5);
    CHECK(largest_difference(before.slice(1, 15), after.slice(1, 15)) > 1e-3);
  }
}

TEST_CASE("cached logits are the uncached ones, token by token and in pieces") {
  for (const SmallModel& model : small_models()) {
    INFO(model.name);
    const auto module = make(model);
    const at::Tensor tokens = random_batch(spec_of(model), 3, 24).tokens;
    const at::Tensor whole = logits_of(*module, tokens);
    const at::NoGradGuard no_grad;
    for (const int64_t piece : {1, 5}) {
      DecodeState state;
      std::vector<at::Tensor> parts;
      for (int64_t at = 0; at < 24; at += piece) {
        parts.push_back(
            module->decode(tokens.slice(1, at, std::min<int64_t>(at + piece, 24)), state));
      }
      CHECK(state.num_tokens == 24);
      CHECK(largest_difference(at::cat(parts, 1), whole) < 1e-5);
    }
  }
}

TEST_CASE("the training loss is the cross-entropy of the decoded logits") {
  for (const SmallModel& model : small_models()) {
    INFO(model.name);
    const auto module = make(model);
    spread_weights(*module);
    const Batch batch = random_batch(spec_of(model), 2, 24);
    const at::Tensor logits = logits_of(*module, batch.tokens);
    const at::Tensor expected = at::cross_entropy_loss(
        logits.flatten(0, 1), batch.targets.flatten(), {}, at::Reduction::Sum);
    CHECK(module->forward(batch).loss_sum.item<double>() ==
          Approx(expected.item<double>()).epsilon(1e-5));
  }
}

TEST_CASE("documents in one sequence do not see each other and start at position 0") {
  for (const SmallModel& model : small_models()) {
    INFO(model.name);
    const auto module = make(model);
    spread_weights(*module);
    const Batch first = random_batch(spec_of(model), 2, 10, 1);
    const Batch second = random_batch(spec_of(model), 2, 14, 2);
    const auto packed_loss = [&](const Batch& head, const Batch& tail) {
      Batch packed{.tokens = at::cat({head.tokens, tail.tokens}, 1),
                   .targets = at::cat({head.targets, tail.targets}, 1)};
      // The third id repeats the first: a document is a run of equal ids.
      packed.document_ids =
          at::cat({at::full({2, 10}, 5, at::kLong), at::full({2, 7}, 3, at::kLong),
                   at::full({2, 7}, 5, at::kLong)},
                  1);
      return module->forward(packed).loss_sum.item<double>();
    };
    const auto alone = [&](const Batch& batch, int64_t begin, int64_t end) {
      return module
          ->forward({.tokens = batch.tokens.slice(1, begin, end),
                     .targets = batch.targets.slice(1, begin, end)})
          .loss_sum.item<double>();
    };
    CHECK(packed_loss(first, second) ==
          Approx(alone(first, 0, 10) + alone(second, 0, 7) + alone(second, 7, 14)).epsilon(1e-5));
  }
}

TEST_CASE("loss weights scale the loss and a weight of 0 does not count") {
  for (const SmallModel& model : small_models()) {
    INFO(model.name);
    const auto module = make(model);
    Batch batch = random_batch(spec_of(model), 2, 24);
    const double plain = module->forward(batch).loss_sum.item<double>();
    batch.loss_weight = at::full({2, 24}, 0.5);
    const LmOutput halved = module->forward(batch);
    CHECK(halved.loss_sum.item<double>() == Approx(plain / 2).epsilon(1e-6));
    CHECK(halved.num_targets.item<int64_t>() == 48);
    batch.loss_weight->slice(1, 10).zero_();
    batch.targets.select(1, 0).fill_(-1);
    CHECK(module->forward(batch).num_targets.item<int64_t>() == 18);
  }
}

TEST_CASE("the gradients of micro-batches add up to those of the whole batch") {
  for (const SmallModel& model : small_models()) {
    INFO(model.name);
    const Batch batch = random_batch(spec_of(model), 6, 24);
    const auto whole = make(model);
    const auto parts = make(model);
    whole->forward(batch).loss_sum.backward();
    for (int64_t at = 0; at < 6; at += 2) {
      parts
          ->forward({.tokens = batch.tokens.slice(0, at, at + 2),
                     .targets = batch.targets.slice(0, at, at + 2)})
          .loss_sum.backward();
    }
    for (size_t i = 0; i < whole->parameters().size(); ++i) {
      CHECK(at::allclose(whole->parameters()[i].grad(), parts->parameters()[i].grad(), 1e-4, 1e-5));
    }
  }
}
