#include "data/token_dataset.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "error/error.h"

using assay::data::TokenDataset;

TEST_CASE("a read crosses the border of shards of different widths") {
  static const std::vector<uint8_t> bytes{1, 2, 3};
  static const std::vector<uint32_t> words{70000, 5};
  TokenDataset dataset;
  dataset.append(std::span<const uint8_t>(bytes), nullptr);
  dataset.append(std::span<const uint32_t>(words), nullptr);
  REQUIRE(dataset.num_tokens() == 5);
  std::vector<int64_t> out(4);
  dataset.read(1, out);
  CHECK(out == std::vector<int64_t>{2, 3, 70000, 5});
}

TEST_CASE("a read outside of the dataset is a data error that names the range") {
  const TokenDataset dataset = TokenDataset::from_tokens({1, 2, 3}, 4);
  std::vector<int64_t> out(2);
  CHECK_THROWS_AS(dataset.read(2, out), assay::DataError);
  CHECK_THROWS_WITH(dataset.read(2, out), Catch::Contains("[2, 4)") && Catch::Contains("3 tokens"));
  CHECK_THROWS_AS(dataset.read(-1, out), assay::DataError);
}

TEST_CASE("a token outside of the vocabulary is a data error that names it and its place") {
  CHECK_THROWS_AS(TokenDataset::from_tokens({1, 9, 3}, 4), assay::DataError);
  CHECK_THROWS_WITH(TokenDataset::from_tokens({1, 9, 3}, 4), Catch::Contains("token 9 at 1"));
}
