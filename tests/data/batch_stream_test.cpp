#include "data/batch_stream.h"

#include <ATen/ops/cat.h>

#include <catch2/catch.hpp>
#include <numeric>
#include <set>
#include <vector>

#include "error/error.h"

using assay::Batch;
using assay::data::BatchStream;
using assay::data::TokenDataset;
using assay::data::windows;

namespace {

TokenDataset counting_tokens(int count) {
  std::vector<uint32_t> tokens(static_cast<size_t>(count));
  std::iota(tokens.begin(), tokens.end(), uint32_t{0});
  return TokenDataset::from_tokens(std::move(tokens), count);
}

}  // namespace

TEST_CASE("targets are the tokens one place later") {
  const BatchStream stream(counting_tokens(1000), {.seed = 3, .batch_size = 4, .seq_len = 16});
  const Batch batch = stream.samples(7, 0, 4);
  CHECK(batch.tokens.sizes() == at::IntArrayRef({4, 16}));
  CHECK(batch.targets.equal(batch.tokens + 1));
}

TEST_CASE("micro-batches together see the samples of the whole batch") {
  const BatchStream stream(counting_tokens(5000), {.seed = 3, .batch_size = 8, .seq_len = 16});
  const Batch whole = stream.samples(2, 0, 8);
  const at::Tensor parts =
      at::cat({stream.samples(2, 0, 3).tokens, stream.samples(2, 3, 5).tokens});
  CHECK(parts.equal(whole.tokens));
}

TEST_CASE("the same seed and step give the same samples, another seed or step gives others") {
  const auto tokens = [](uint64_t seed, int64_t step) {
    return BatchStream(counting_tokens(5000), {.seed = seed, .batch_size = 8, .seq_len = 16})
        .samples(step, 0, 8)
        .tokens;
  };
  CHECK(tokens(1, 5).equal(tokens(1, 5)));
  CHECK_FALSE(tokens(1, 5).equal(tokens(2, 5)));
  CHECK_FALSE(tokens(1, 5).equal(tokens(1, 6)));
}

TEST_CASE("every window of the dataset can be drawn, the last one included") {
  const BatchStream stream(counting_tokens(20), {.seed = 1, .batch_size = 500, .seq_len = 16});
  std::set<int64_t> begins;
  for (int64_t i = 0; i < 500; ++i) begins.insert(stream.window_begin(0, i));
  CHECK(begins == std::set<int64_t>{0, 1, 2, 3});
}

TEST_CASE("a window past the end of the dataset has targets that do not count") {
  const Batch batch = windows(counting_tokens(5), std::vector<int64_t>{2}, 4);
  CHECK(batch.tokens.equal(at::tensor({2, 3, 4, 0}, at::kLong).view({1, 4})));
  CHECK(batch.targets.equal(at::tensor({3, 4, -1, -1}, at::kLong).view({1, 4})));
}

TEST_CASE("a dataset shorter than one window is a data error with both lengths") {
  CHECK_THROWS_AS(BatchStream(counting_tokens(16), {.seed = 1, .batch_size = 1, .seq_len = 16}),
                  assay::DataError);
  CHECK_THROWS_WITH(BatchStream(counting_tokens(16), {.seed = 1, .batch_size = 1, .seq_len = 16}),
                    Catch::Contains("16 tokens, window 17"));
}

TEST_CASE("a batch size or length that is not positive is a config error") {
  CHECK_THROWS_AS(BatchStream(counting_tokens(99), {.seed = 1, .batch_size = 0, .seq_len = 16}),
                  assay::ConfigError);
  CHECK_THROWS_AS(BatchStream(counting_tokens(99), {.seed = 1, .batch_size = 1, .seq_len = -1}),
                  assay::ConfigError);
}
