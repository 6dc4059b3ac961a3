#include "generate/evaluate.h"

#include <ATen/ATen.h>

#include <catch2/catch.hpp>
#include <cmath>

#include "error/error.h"
#include "formats/document_starts.h"
#include "formats/temporary_folder.h"
#include "formats/token_shard_writer.h"

using assay::bits_per_byte;
using assay::evaluate;
using assay::Evaluation;
using assay::data::TokenDataset;

namespace {

/// Says of each pair (token, target) that counts that it costs token + 100 x target nats, so that a
/// test can tell which pairs were asked for.
class PricedPairs : public assay::LanguageModel {
 public:
  assay::LmOutput forward(const assay::Batch& batch) override {
    ++num_passes;
    const at::Tensor counts = batch.targets.ge(0);
    const at::Tensor cost = (batch.tokens + 100 * batch.targets) * counts;
    return {.loss_sum = cost.sum().to(at::kFloat), .num_targets = counts.sum()};
  }
  at::Tensor decode(const at::Tensor& tokens, assay::DecodeState&) override { return tokens; }
  int num_passes = 0;
};

/// Keeps the documents that it was told of.
class DocumentsSeen : public assay::LanguageModel {
 public:
  assay::LmOutput forward(const assay::Batch& batch) override {
    documents.push_back(batch.document_ids.value_or(at::Tensor()));
    return {.loss_sum = at::zeros({}), .num_targets = at::ones({}, at::kLong)};
  }
  at::Tensor decode(const at::Tensor& tokens, assay::DecodeState&) override { return tokens; }
  std::vector<at::Tensor> documents;
};

}  // namespace

TEST_CASE("every token but the first is predicted exactly once") {
  const TokenDataset dataset = TokenDataset::from_tokens({1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}, 100);
  const double expected =
      (1 + 2 + 3 + 4 + 5 + 6 + 7 + 8 + 9 + 10) + 100.0 * (2 + 3 + 4 + 5 + 6 + 7 + 8 + 9 + 10 + 11);
  for (const int64_t seq_len : {1, 3, 5, 10, 64}) {
    for (const int64_t batch_size : {1, 2, 7}) {
      PricedPairs model;
      const Evaluation result =
          evaluate(model, dataset, {.seq_len = seq_len, .batch_size = batch_size}, at::kCPU);
      CHECK(result.num_targets == 10);
      CHECK(result.loss_sum == expected);
      CHECK(result.nats_per_token() == expected / 10);
    }
  }
}

TEST_CASE("an evaluation keeps documents apart where they are known") {
  const assay::TemporaryFolder folder;
  const std::filesystem::path path = folder / "a.tok";
  assay::TokenShardWriter shard(path, "numbers", 100);
  shard.append(std::vector<uint32_t>{1, 2, 3, 4, 5, 6, 7});
  shard.commit();
  assay::DocumentStartsWriter starts(assay::document_starts_path(path));
  starts.append(std::vector<uint64_t>{0, 2, 5});
  starts.commit(7);
  const std::vector<std::filesystem::path> shards{path};
  DocumentsSeen model;
  evaluate(model, TokenDataset::open(shards, {"numbers", 100, true}),
           {.seq_len = 6, .batch_size = 1}, at::kCPU);
  REQUIRE(model.documents.size() == 1);
  REQUIRE(model.documents[0].defined());
  CHECK(model.documents[0].equal(at::tensor({0, 0, 1, 1, 1, 2}, at::kLong).view({1, 6})));
}

TEST_CASE("a limit stops after the window in which it is reached") {
  const TokenDataset dataset = TokenDataset::from_tokens({1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}, 100);
  PricedPairs model;
  const Evaluation result =
      evaluate(model, dataset, {.seq_len = 3, .batch_size = 1, .max_tokens = 5}, at::kCPU);
  CHECK(result.num_targets == 6);
  CHECK(model.num_passes == 2);
}

TEST_CASE("bits per byte of one nat per token of two bytes") {
  CHECK(bits_per_byte(1.0, 2.0) == Approx(0.5 / std::log(2.0)));
}

TEST_CASE("nothing to predict is a data error, a size of 0 a config error") {
  PricedPairs model;
  CHECK_THROWS_AS(
      evaluate(model, TokenDataset::from_tokens({1}, 2), {.seq_len = 3, .batch_size = 1}, at::kCPU),
      assay::DataError);
  CHECK_THROWS_AS(evaluate(model, TokenDataset::from_tokens({1, 0}, 2),
                           {.seq_len = 0, .batch_size = 1}, at::kCPU),
                  assay::ConfigError);
}
