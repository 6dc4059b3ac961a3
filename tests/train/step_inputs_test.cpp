#include "train/step_inputs.h"

#include <ATen/ATen.h>

#include <catch2/catch.hpp>

namespace {

using assay::Batch;
using assay::StepInputs;

Batch batch_of(int64_t first, int64_t seq_len = 4) {
  const at::Tensor tokens = at::arange(first, first + 2 * seq_len, at::kLong).view({2, seq_len});
  return {.tokens = tokens, .targets = tokens + 1};
}

TEST_CASE("inputs are copies that stay where they are") {
  StepInputs inputs(at::kCPU);
  const std::vector<Batch> first{batch_of(0), batch_of(100)};
  REQUIRE(inputs.fill(first, 0.5));
  const at::Tensor tokens = inputs.batches()[1].tokens;
  const at::Tensor rate = inputs.learning_rate();
  CHECK_FALSE(tokens.is_same(first[1].tokens));
  CHECK(at::equal(tokens, first[1].tokens));
  REQUIRE(inputs.fill({batch_of(7), batch_of(50)}, 0.1));
  CHECK(at::equal(tokens, batch_of(50).tokens));
  CHECK(at::equal(inputs.batches()[0].targets, batch_of(7).targets));
  CHECK(rate.item<double>() == 0.1);
  CHECK(inputs.batches()[1].tokens.is_same(tokens));
}

TEST_CASE("weights and documents of a batch are inputs too") {
  Batch batch = batch_of(0);
  batch.loss_weight = at::full({2, 4}, 0.5F);
  batch.document_ids = at::ones({2, 4}, at::kLong);
  StepInputs inputs(at::kCPU);
  REQUIRE(inputs.fill({batch}, 1));
  batch.document_ids = at::arange(8, at::kLong).view({2, 4});
  batch.loss_weight = at::full({2, 4}, 2.0F);
  REQUIRE(inputs.fill({batch}, 1));
  CHECK(at::equal(*inputs.batches()[0].document_ids, *batch.document_ids));
  CHECK(at::equal(*inputs.batches()[0].loss_weight, *batch.loss_weight));
}

TEST_CASE("batches of another kind are refused and nothing is copied") {
  StepInputs inputs(at::kCPU);
  REQUIRE(inputs.fill({batch_of(0), batch_of(100)}, 0.5));
  Batch with_weight = batch_of(3);
  with_weight.loss_weight = at::ones({2, 4});
  CHECK_FALSE(inputs.fill({batch_of(3)}, 0.1));
  CHECK_FALSE(inputs.fill({batch_of(3), batch_of(3, 3)}, 0.1));
  CHECK_FALSE(inputs.fill({batch_of(3), with_weight}, 0.1));
  Batch one_row = batch_of(3);
  one_row.tokens = one_row.tokens.narrow(0, 0, 1);  // which a copy would spread over both rows
  CHECK_FALSE(inputs.fill({one_row, batch_of(3)}, 0.1));
  CHECK(at::equal(inputs.batches()[0].tokens, batch_of(0).tokens));
  CHECK(inputs.learning_rate().item<double>() == 0.5);
}

}  // namespace
