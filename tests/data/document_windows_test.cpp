#include <catch2/catch.hpp>
#include <vector>

#include "data/batch_stream.h"
#include "error/error.h"
#include "formats/document_starts.h"
#include "formats/temporary_folder.h"
#include "formats/token_shard_writer.h"

using assay::Batch;
using assay::TemporaryFolder;
using assay::data::TokenDataset;
using assay::data::windows;

namespace {

std::filesystem::path write_documents(const std::filesystem::path& path, uint32_t num_tokens,
                                      const std::vector<uint64_t>& starts) {
  assay::TokenShardWriter shard(path, "numbers", 100);
  std::vector<uint32_t> tokens(num_tokens);
  for (uint32_t i = 0; i < num_tokens; ++i) tokens[i] = i;
  shard.append(tokens);
  shard.commit();
  assay::DocumentStartsWriter documents(assay::document_starts_path(path));
  documents.append(starts);
  documents.commit(num_tokens);
  return path;
}

TokenDataset two_shards(const TemporaryFolder& folder) {
  const std::vector<std::filesystem::path> shards{write_documents(folder / "a.tok", 6, {0, 2}),
                                                  write_documents(folder / "b.tok", 5, {0, 3, 4})};
  return TokenDataset::open(shards, {"numbers", 100, true});
}

std::vector<int64_t> documents_at(const TokenDataset& dataset, int64_t begin, size_t count) {
  std::vector<int64_t> ids(count);
  dataset.read_documents(begin, ids);
  return ids;
}

std::vector<int64_t> row_of(const at::Tensor& tensor, int64_t row) {
  const int64_t* data = tensor.const_data_ptr<int64_t>() + row * tensor.size(1);
  return {data, data + tensor.size(1)};
}

}  // namespace

TEST_CASE("documents are counted from the first token of a range, across shards") {
  const TemporaryFolder folder;
  const TokenDataset dataset = two_shards(folder);
  using Ids = std::vector<int64_t>;
  CHECK(documents_at(dataset, 0, 11) == Ids{0, 0, 1, 1, 1, 1, 2, 2, 2, 3, 4});
  CHECK(documents_at(dataset, 2, 5) == Ids{0, 0, 0, 0, 1});
  CHECK(documents_at(dataset, 3, 3) == Ids{0, 0, 0});
  CHECK(documents_at(dataset, 10, 1) == Ids{0});
  CHECK_THROWS_AS(documents_at(dataset, 5, 7), assay::DataError);
}

TEST_CASE(
    "a window of several documents has their ids, and no target crosses from one to the next") {
  const TemporaryFolder folder;
  const Batch batch = windows(two_shards(folder), std::vector<int64_t>{0, 7}, 5);
  REQUIRE(batch.document_ids.has_value());
  using Row = std::vector<int64_t>;
  CHECK(row_of(*batch.document_ids, 0) == Row{0, 0, 1, 1, 1});
  CHECK(row_of(batch.targets, 0) == Row{1, -1, 3, 4, 5});
  CHECK(row_of(*batch.document_ids, 1) == Row{0, 0, 1, 2, 2});
  CHECK(row_of(batch.targets, 1) == Row{2, -1, -1, -1, -1});
}

TEST_CASE("windows of a dataset that knows no documents have no ids") {
  const TokenDataset dataset = TokenDataset::from_tokens({0, 1, 2, 3, 4, 5}, 10);
  CHECK_FALSE(windows(dataset, std::vector<int64_t>{0}, 3).document_ids.has_value());
}

TEST_CASE("a shard without its document starts is refused where they are asked for") {
  const TemporaryFolder folder;
  const std::vector<std::filesystem::path> shards{write_documents(folder / "a.tok", 6, {0, 2})};
  std::filesystem::remove(folder / "a.docs");
  CHECK_THROWS_AS(TokenDataset::open(shards, {"numbers", 100, true}), assay::DataError);
  CHECK(TokenDataset::open(shards, {"numbers", 100}).num_tokens() == 6);
}
