#include <catch2/catch.hpp>
#include <fstream>
#include <string>
#include <vector>

#include "digest/sha256.h"
#include "error/error.h"
#include "formats/token_shard_reader.h"
#include "formats/token_shard_writer.h"
#include "temporary_folder.h"

namespace assay {
namespace {

using Catch::Matchers::Contains;

void write_shard(const std::filesystem::path& path, uint64_t vocab_size,
                 const std::vector<uint32_t>& tokens) {
  TokenShardWriter writer(path, "bytes-v1", vocab_size);
  writer.append(tokens);
  writer.commit();
}

void change_byte(const std::filesystem::path& path, std::streamoff offset, char value) {
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(offset);
  file.put(value);
}

TEST_CASE("tokens of every size are read back from any place") {
  const TemporaryFolder folder;
  for (const uint64_t vocab_size : {uint64_t{256}, uint64_t{257}, uint64_t{70'000}}) {
    const auto last = static_cast<uint32_t>(vocab_size - 1);
    write_shard(folder / "s", vocab_size, {0, 1, last, 3});
    const TokenShardReader reader(folder / "s");
    CHECK(reader.num_tokens() == 4);
    std::vector<int64_t> out(2);
    reader.copy(2, out);
    CHECK(out == std::vector<int64_t>{last, 3});
    reader.verify();
    std::visit([&](auto tokens) { CHECK(tokens[2] == last); }, reader.tokens());
    reader.expect("bytes-v1", vocab_size);
  }
}

TEST_CASE("a byte shard has 128 bytes of header and one byte a token") {
  const TemporaryFolder folder;
  write_shard(folder / "s", 256, {'a', 'b', 'c'});
  CHECK(std::filesystem::file_size(folder / "s") == 131);
  CHECK(TokenShardReader(folder / "s").content_sha256() == sha256("abc"));
}

TEST_CASE("a truncated shard says that it is cut off") {
  const TemporaryFolder folder;
  write_shard(folder / "s", 256, {1, 2, 3, 4});
  std::filesystem::resize_file(folder / "s", 130);
  CHECK_THROWS_WITH(TokenShardReader(folder / "s"), Contains("is cut off: 4 tokens of 1 bytes"));
  std::filesystem::resize_file(folder / "s", 100);
  CHECK_THROWS_WITH(TokenShardReader(folder / "s"), Contains("cut off in its header"));
  std::filesystem::resize_file(folder / "s", 4);
  CHECK_THROWS_AS(TokenShardReader(folder / "s"), DataError);
}

TEST_CASE("a shard of another vocabulary is named so") {
  const TemporaryFolder folder;
  write_shard(folder / "s", 256, {1});
  const TokenShardReader reader(folder / "s");
  CHECK_THROWS_WITH(reader.expect("bytes-v1", 50257), Contains("shard of another vocabulary"));
  CHECK_THROWS_AS(reader.expect("gpt2", 256), DataError);
}

TEST_CASE("changed content is found by verify") {
  const TemporaryFolder folder;
  write_shard(folder / "s", 256, {1, 2});
  change_byte(folder / "s", 129, 'x');
  CHECK_THROWS_WITH(TokenShardReader(folder / "s").verify(), Contains("is corrupt"));
}

TEST_CASE("a token outside of the vocabulary never reaches a model") {
  const TemporaryFolder folder;
  write_shard(folder / "s", 100, {1, 2, 3});
  change_byte(folder / "s", 129, 'x');
  std::vector<int64_t> out(3);
  CHECK_THROWS_WITH(TokenShardReader(folder / "s").copy(0, out),
                    Contains("token 120 is outside of the vocabulary of 100"));
}

TEST_CASE("a broken header is refused field by field") {
  const TemporaryFolder folder;
  const auto refused = [&folder](std::streamoff offset, char value, const std::string& fact) {
    write_shard(folder / "s", 256, {1, 2});
    change_byte(folder / "s", offset, value);
    CHECK_THROWS_WITH(TokenShardReader(folder / "s"), Contains(fact));
  };
  refused(0, 'x', "not a token shard");
  refused(8, 2, "version 2, this program reads 1");
  refused(12, 3, "3 bytes per token");
  refused(18, 1, "vocabulary of 65792");
  refused(31, 127, "is cut off");
  refused(24, 1, "1 bytes after its last token");
  refused(64, 0, "broken tokenizer id");
  refused(127, 'x', "broken tokenizer id");
}

TEST_CASE("nothing appears before commit") {
  const TemporaryFolder folder;
  {
    TokenShardWriter writer(folder / "s", "bytes-v1", 256);
    writer.append(std::vector<uint32_t>{1});
    CHECK_FALSE(std::filesystem::exists(folder / "s"));
    CHECK_THROWS_AS(writer.append(std::vector<uint32_t>{256}), InternalError);
  }
  CHECK(std::filesystem::is_empty(folder.path()));
}

TEST_CASE("a vocabulary of nothing has no shard") {
  const TemporaryFolder folder;
  CHECK_THROWS_AS(TokenShardWriter(folder / "s", "x", 0), DataError);
  CHECK_THROWS_AS(TokenShardWriter(folder / "s", "x", uint64_t{1} << 33), DataError);
}

}  // namespace
}  // namespace assay
