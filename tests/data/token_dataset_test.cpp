#include "data/token_dataset.h"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <string>
#include <vector>

#include "error/error.h"
#include "formats/token_shard_writer.h"

using assay::data::ExpectedShard;
using assay::data::TokenDataset;

namespace {

class ShardFolder {
 public:
  ShardFolder() { std::filesystem::create_directories(path_); }
  ~ShardFolder() { std::filesystem::remove_all(path_); }
  ShardFolder(const ShardFolder&) = delete;
  ShardFolder& operator=(const ShardFolder&) = delete;

  std::filesystem::path write(const std::string& name, const std::vector<uint32_t>& tokens,
                              uint64_t vocab_size) const {
    assay::TokenShardWriter writer(path_ / name, "numbers", vocab_size);
    writer.append(tokens);
    writer.commit();
    return path_ / name;
  }

 private:
  std::filesystem::path path_ = std::filesystem::temp_directory_path() /
                                ("assay_token_dataset_" + std::to_string(::getpid()));
};

}  // namespace

TEST_CASE("a read crosses the border of shards") {
  const ShardFolder folder;
  const std::vector<std::filesystem::path> shards{folder.write("a.tok", {1, 2, 3}, 90000),
                                                  folder.write("b.tok", {70000, 5}, 90000)};
  const TokenDataset dataset = TokenDataset::open(shards, {"numbers", 90000});
  REQUIRE(dataset.num_tokens() == 5);
  std::vector<int64_t> out(4);
  dataset.read(1, out);
  CHECK(out == std::vector<int64_t>{2, 3, 70000, 5});
}

TEST_CASE("a shard of another vocabulary or tokenizer is a data error") {
  const ShardFolder folder;
  const std::vector<std::filesystem::path> shards{folder.write("a.tok", {1, 2, 3}, 256)};
  CHECK_THROWS_AS(TokenDataset::open(shards, {"numbers", 512}), assay::DataError);
  CHECK_THROWS_AS(TokenDataset::open(shards, {"letters", 256}), assay::DataError);
  CHECK(TokenDataset::open(shards, {"numbers", 256}).num_tokens() == 3);
}

TEST_CASE("a shard that is cut off is a data error that names the file") {
  const ShardFolder folder;
  const std::vector<std::filesystem::path> shards{folder.write("a.tok", {1, 2, 3, 4, 5}, 256)};
  std::filesystem::resize_file(shards[0], std::filesystem::file_size(shards[0]) - 2);
  CHECK_THROWS_AS(TokenDataset::open(shards, {"numbers", 256}), assay::DataError);
  CHECK_THROWS_WITH(TokenDataset::open(shards, {"numbers", 256}), Catch::Contains("a.tok"));
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
