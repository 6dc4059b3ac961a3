#include "formats/safetensors_set.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <array>
#include <catch2/catch.hpp>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "error/error.h"
#include "formats/safetensors_index.h"
#include "formats/safetensors_writer.h"
#include "temporary_folder.h"

namespace assay {
namespace {

using Catch::Matchers::Contains;

constexpr std::array<float, 2> kNumbers{1.5F, -2.0F};

void write_named(const std::filesystem::path& path, const std::vector<std::string>& names) {
  std::vector<TensorView> views;
  for (const std::string& name : names) {
    views.push_back({name, Dtype::kF32, {2}, std::as_bytes(std::span(kNumbers))});
  }
  write_safetensors(path, views);
}

void write_text(const std::filesystem::path& path, const std::string& text) {
  std::ofstream(path) << text;
}

/// Two files that hold a, b and c, with their index.
class ShardedFolder {
 public:
  ShardedFolder() {
    write_named(folder_ / "model-1.safetensors", {"a", "b"});
    write_named(folder_ / "model-2.safetensors", {"c"});
    index(
        {{"a", "model-1.safetensors"}, {"b", "model-1.safetensors"}, {"c", "model-2.safetensors"}});
  }
  void index(const std::map<std::string, std::string>& file_of) const {
    write_safetensors_index(index_path(), {.file_of = file_of, .total_size = 24});
  }
  [[nodiscard]] std::filesystem::path index_path() const {
    return folder_ / "model.safetensors.index.json";
  }
  [[nodiscard]] std::filesystem::path operator/(const char* name) const { return folder_ / name; }
  void refuses(const std::string& fact) const {
    CHECK_THROWS_AS(SafetensorsSet(folder_.path()), DataError);
    CHECK_THROWS_WITH(SafetensorsSet(folder_.path()),
                      Contains(fact) && Contains(folder_.path().string()) && !Contains("\n"));
  }
  [[nodiscard]] const std::filesystem::path& path() const { return folder_.path(); }

 private:
  TemporaryFolder folder_;
};

TEST_CASE("a folder's tensors are found whether in one file or in several") {
  const ShardedFolder sharded;
  const SafetensorsSet set(sharded.path());
  CHECK(set.tensors().size() == 3);
  CHECK(set.contains("c"));
  CHECK(set.tensor("b").data.size() == sizeof(kNumbers));
  CHECK_THROWS_WITH(set.tensor("d"), Contains("no tensor \"d\""));

  const TemporaryFolder single;
  write_named(single / "model.safetensors", {"a"});
  CHECK(SafetensorsSet(single.path()).tensors().size() == 1);
  CHECK(SafetensorsSet(single / "model.safetensors").contains("a"));
}

TEST_CASE("views of a set outlive its move") {
  const ShardedFolder sharded;
  SafetensorsSet first(sharded.path());
  const SafetensorsSet second = std::move(first);
  CHECK(second.tensor("a").shape == std::vector<int64_t>{2});
}

TEST_CASE("a folder without weights, or with two layouts of them, is refused") {
  const TemporaryFolder empty;
  CHECK_THROWS_WITH(SafetensorsSet(empty.path()), Contains("no model.safetensors"));
  const ShardedFolder both;
  write_named(both / "model.safetensors", {"a"});
  both.refuses("both model.safetensors and an index");
}

TEST_CASE("all files that the index names and are missing are named with their tensors") {
  const ShardedFolder folder;
  folder.index(
      {{"a", "model-1.safetensors"}, {"b", "gone-1.safetensors"}, {"c", "gone-2.safetensors"}});
  folder.refuses("gone-1.safetensors (1 tensor: b), gone-2.safetensors (1 tensor: c)");
  folder.index({{"a", "gone-1.safetensors"},
                {"b", "gone-1.safetensors"},
                {"c", "gone-1.safetensors"},
                {"d", "gone-1.safetensors"},
                {"e", "gone-1.safetensors"}});
  folder.refuses("gone-1.safetensors (5 tensors: a, b, c and 2 more)");
}

TEST_CASE("a tensor in two files is refused") {
  const ShardedFolder folder;
  write_named(folder / "model-2.safetensors", {"a", "c"});
  folder.refuses("in two files");
  folder.refuses("a in model-1.safetensors and model-2.safetensors");
}

TEST_CASE("all tensors in two files are named") {
  const ShardedFolder folder;
  write_named(folder / "model-2.safetensors", {"a", "b", "c"});
  folder.refuses("a in model-1.safetensors and model-2.safetensors");
  folder.refuses("b in model-1.safetensors and model-2.safetensors");
}

TEST_CASE("shards that the index does not name are refused, other files are not") {
  const ShardedFolder folder;
  write_named(folder / "consolidated.safetensors", {"z"});
  CHECK(SafetensorsSet(folder.path()).tensors().size() == 3);
  write_named(folder / "model-00003-of-00004.safetensors", {"y"});
  write_named(folder / "model-00004-of-00004.safetensors", {"z"});
  folder.refuses(
      "model-00003-of-00004.safetensors is not in the index, "
      "model-00004-of-00004.safetensors is not in the index");
}

TEST_CASE("a total_size that is not that of the tensors is refused, and none is fine") {
  const ShardedFolder folder;
  const std::string map =
      R"("weight_map": {"a": "model-1.safetensors", "b": "model-1.safetensors",)"
      R"( "c": "model-2.safetensors"}})";
  for (const char* fine :
       {"{", R"({"metadata": {},)", R"({"metadata": null,)", R"({"metadata": {"total_size": 24},)",
        R"({"metadata": {"total_size": 24.0},)"}) {
    INFO(fine);
    write_text(folder.index_path(), fine + map);
    CHECK(SafetensorsSet(folder.path()).tensors().size() == 3);
  }
  write_text(folder.index_path(), R"({"metadata": {"total_size": 25},)" + map);
  folder.refuses("its total_size is 25, the tensors of its files are 24 bytes");
  for (const char* wrong : {"-1", "24.5", "\"24\"", "[]", "1e300"}) {
    write_text(folder.index_path(),
               fmt::format(R"({{"metadata": {{"total_size": {}}},{})", wrong, map));
    folder.refuses("total_size in the safetensors index is no number of bytes");
  }
  write_text(folder.index_path(), R"({"metadata": [1],)" + map);
  folder.refuses("metadata of the safetensors index is no object");
}

TEST_CASE("all tensors in which index and files differ are named") {
  const ShardedFolder folder;
  folder.index(
      {{"a", "model-2.safetensors"}, {"c", "model-2.safetensors"}, {"z", "model-1.safetensors"}});
  folder.refuses("a is in model-1.safetensors, not in model-2.safetensors");
  folder.refuses("z is not in model-1.safetensors");
  folder.refuses("b of model-1.safetensors is not in the index");
}

TEST_CASE("an index that is malformed is refused") {
  const ShardedFolder folder;
  const auto refuses = [&](const std::string& text, const std::string& fact) {
    write_text(folder.index_path(), text);
    folder.refuses(fact);
  };
  refuses("", "no JSON");
  refuses("[1]", "no object weight_map");
  refuses(std::string("{\"weight_map\": {\"a\": \"model-1.safetensors\"}}\0, more", 50),
          "a zero byte");
  refuses(R"({"weight_map": []})", "no object weight_map");
  refuses(R"({"weight_map": {}})", "lists no tensor");
  refuses(R"({"weight_map": {"a": 1}})", "is no text");
  refuses(R"({"weight_map": {"a": "x", "a": "y"}})", "repeats key \"a\"");
  refuses(R"({"weight_map": {"a": "../x"}})",
          "file of tensor \"a\" in the safetensors index is no name");
  refuses(R"({"weight_map": {"a": "/x"}})",
          "file of tensor \"a\" in the safetensors index is no name");
  refuses(R"({"weight_map": {"a": ".."}})",
          "file of tensor \"a\" in the safetensors index is no name");
  refuses(R"({"weight_map": {"a": "."}})",
          "file of tensor \"a\" in the safetensors index is no name");
  refuses(R"({"weight_map": {"a": ""}})",
          "file of tensor \"a\" in the safetensors index is no name");
  refuses(R"({"weight_map": {"a": "model-1.safetensors\u0000x"}})",
          "file of tensor \"a\" in the safetensors index is no name");
  refuses(R"({"weight_map": {"a\u0000": "model-1.safetensors"}})", "a zero byte");
}

TEST_CASE("pipes and links that lead nowhere are refused, not waited for") {
  const ShardedFolder folder;
  std::filesystem::remove(folder.index_path());
  REQUIRE(::mkfifo(folder.index_path().c_str(), 0600) == 0);
  folder.refuses("safetensors index is no regular file");
  std::filesystem::remove(folder.index_path());
  std::filesystem::create_symlink(folder.index_path().filename(), folder.index_path());
  folder.refuses("safetensors index is no regular file");
  std::filesystem::remove(folder.index_path());
  std::filesystem::create_symlink("model.safetensors", folder / "model.safetensors");
  folder.refuses("Too many levels of symbolic links");
}

TEST_CASE("a shard that is a loop of links is missing") {
  const ShardedFolder folder;
  std::filesystem::remove(folder / "model-2.safetensors");
  std::filesystem::create_symlink("model-2.safetensors", folder / "model-2.safetensors");
  folder.refuses("names are missing or no files: ");
}

TEST_CASE("a shard that is cut off is refused") {
  const ShardedFolder folder;
  std::filesystem::resize_file(folder / "model-2.safetensors", 20);
  folder.refuses("cut off");
}

}  // namespace
}  // namespace assay
