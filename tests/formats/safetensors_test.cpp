#include <catch2/catch.hpp>
#include <cstring>
#include <fstream>
#include <numeric>
#include <string>
#include <vector>

#include "error/error.h"
#include "formats/safetensors_header.h"
#include "formats/safetensors_reader.h"
#include "formats/safetensors_writer.h"
#include "temporary_folder.h"

namespace assay {
namespace {

using Catch::Matchers::Contains;

std::span<const std::byte> bytes_of(const std::string& text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}

std::string file_with(const std::string& header, size_t data_size, uint64_t length) {
  std::string file(reinterpret_cast<const char*>(&length), sizeof(length));
  return file + header + std::string(data_size, '\0');
}

std::string file_with(const std::string& header, size_t data_size) {
  return file_with(header, data_size, header.size());
}

void check_refused(const std::string& file, const std::string& fact) {
  CHECK_THROWS_WITH(parse_safetensors_header(bytes_of(file), "x.safetensors"),
                    Contains(fact) && Contains("x.safetensors"));
  CHECK_THROWS_AS(parse_safetensors_header(bytes_of(file), "x.safetensors"), DataError);
}

TEST_CASE("what is written is read back, aligned and in any order") {
  const TemporaryFolder folder;
  std::vector<float> weights(6);
  std::iota(weights.begin(), weights.end(), 0.5F);
  const std::vector<uint8_t> mask{1, 0, 1};
  const std::vector<int64_t> step{42};
  const std::vector<TensorView> tensors{
      {"mask", Dtype::kBool, {3}, std::as_bytes(std::span(mask))},
      {"weights", Dtype::kF32, {2, 3}, std::as_bytes(std::span(weights))},
      {"step", Dtype::kI64, {}, std::as_bytes(std::span(step))},
      {"empty", Dtype::kBF16, {0, 7}, {}}};
  write_safetensors(folder / "a.safetensors", tensors, {{"format", "assay"}, {"q", "\"\n"}});

  const SafetensorsReader reader(folder / "a.safetensors");
  CHECK(reader.tensors().size() == 4);
  CHECK(reader.metadata().at("q") == "\"\n");
  for (const TensorView& written : tensors) {
    const TensorView& read = reader.tensor(written.name);
    CHECK(read.dtype == written.dtype);
    CHECK(read.shape == written.shape);
    CHECK(std::equal(read.data.begin(), read.data.end(), written.data.begin(), written.data.end()));
    CHECK(reinterpret_cast<uintptr_t>(read.data.data()) % dtype_size(read.dtype) == 0);
  }
  CHECK_FALSE(reader.contains("nothing"));
  CHECK_THROWS_WITH(reader.tensor("nothing"), Contains("no tensor \"nothing\""));
}

TEST_CASE("views outlive a move of their reader") {
  const TemporaryFolder folder;
  const std::vector<uint8_t> data{9};
  write_safetensors(folder / "a", std::vector<TensorView>{
                                      {"t", Dtype::kU8, {1}, std::as_bytes(std::span(data))}});
  SafetensorsReader first(folder / "a");
  const auto view = first.tensor("t").data;
  const SafetensorsReader second = std::move(first);
  CHECK(view[0] == std::byte{9});
  CHECK(second.tensor("t").data.data() == view.data());
}

TEST_CASE("two tensors of one name are our bug") {
  const TemporaryFolder folder;
  const std::vector<uint8_t> data{9};
  const TensorView tensor{"t", Dtype::kU8, {1}, std::as_bytes(std::span(data))};
  CHECK_THROWS_AS(write_safetensors(folder / "a", std::vector{tensor, tensor}), InternalError);
  CHECK(std::filesystem::is_empty(folder.path()));
}

TEST_CASE("a header of any other form is refused with its fact") {
  const std::string a = R"("a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]})";
  check_refused("1234567", "is cut off: 7 bytes");
  check_refused(file_with("{}", 0, 900'000'000'000), "header is too large");
  check_refused(file_with("{}", 0, 3), "is cut off: header of 3 bytes");
  check_refused(file_with(" {}", 0), "does not start with '{'");
  check_refused(file_with("", 0), "does not start with '{'");
  check_refused(file_with("{", 0), "no JSON");
  check_refused(file_with("{}x", 0), "no JSON");
  check_refused(file_with("{" + a + "," + a + "}", 4), "repeats key \"a\"");
  check_refused(
      file_with(R"({"a":{"dtype":"U8","dtype":"U8","shape":[4],"data_offsets":[0,4]}})", 4),
      "repeats key \"dtype\"");
  check_refused(file_with(R"({"a":{"b":{"c":{"d":1}}}})", 0), "nested too deeply");
  check_refused(file_with("{" + a + "}", 3), "is cut off: its tensors need 4 bytes");
  check_refused(file_with("{" + a + "}", 5), "has bytes after its data");
  check_refused(file_with(R"({"__metadata__":{"a":1}})", 0), "metadata \"a\" is no text");
  check_refused(file_with(R"({"__metadata__":[]})", 0), "is no map");
}

TEST_CASE("a tensor of any other form is refused with its fact") {
  const auto one = [](const std::string& fields) {
    return file_with("{\"a\":{" + fields + "}}", 4);
  };
  check_refused(one(R"("dtype":"U7","shape":[4],"data_offsets":[0,4])"), "unknown dtype \"U7\"");
  check_refused(one(R"("dtype":7,"shape":[4],"data_offsets":[0,4])"), "unknown dtype 7");
  check_refused(one(R"("dtype":"U8","shape":[4])"), "other fields than");
  check_refused(one(R"("dtype":"U8","shape":[4],"data_offsets":[0,4],"x":1)"), "other fields than");
  check_refused(one(R"("dtype":"U8","shape":4,"data_offsets":[0,4])"), "is no list");
  check_refused(one(R"("dtype":"U8","shape":[-4],"data_offsets":[0,4])"),
                "no non-negative integer");
  check_refused(one(R"("dtype":"U8","shape":[4.0],"data_offsets":[0,4])"),
                "no non-negative integer");
  check_refused(one(R"("dtype":"U8","shape":[4],"data_offsets":[0])"), "is no pair");
  check_refused(one(R"("dtype":"U8","shape":[4],"data_offsets":[4,0])"), "needs 4 bytes");
  check_refused(one(R"("dtype":"F32","shape":[4],"data_offsets":[0,4])"), "needs 16 bytes");
  check_refused(one(R"("dtype":"F32","shape":[4611686018427387905],"data_offsets":[0,4])"),
                "overflows");
  check_refused(one(R"("dtype":"U8","shape":[18446744073709551615],"data_offsets":[0,4])"),
                "no non-negative integer");
}

TEST_CASE("holes and overlaps between tensors are refused") {
  const auto two = [](const std::string& second) {
    return file_with(R"({"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"b":{"dtype":"U8",)" +
                         second + "}}",
                     8);
  };
  check_refused(two(R"("shape":[3],"data_offsets":[5,8])"), "expected 4 (a hole)");
  check_refused(two(R"("shape":[5],"data_offsets":[3,8])"), "expected 4 (an overlap)");
  const std::string good = two(R"("shape":[2,2],"data_offsets":[4,8])");
  CHECK(parse_safetensors_header(bytes_of(good), "x").entries.size() == 2);
}

TEST_CASE("a missing file and a folder are data errors") {
  const TemporaryFolder folder;
  CHECK_THROWS_AS(SafetensorsReader(folder / "none"), DataError);
  CHECK_THROWS_WITH(SafetensorsReader(folder.path()), Contains("not a regular file"));
  std::ofstream(folder / "empty").flush();
  CHECK_THROWS_WITH(SafetensorsReader(folder / "empty"), Contains("is cut off: 0 bytes"));
}

}  // namespace
}  // namespace assay
