#include <catch2/catch.hpp>
#include <cstring>
#include <string>
#include <vector>

#include "error/error.h"
#include "formats/safetensors_header.h"

// safetensors files as hands and broken writers make them wrong, each with the one line that it
// gives.
namespace assay {
namespace {

std::string file_of(const std::string& header, size_t data_size, uint64_t claimed_length) {
  std::string file(sizeof(claimed_length), '\0');
  std::memcpy(file.data(), &claimed_length, sizeof(claimed_length));
  return file + header + std::string(data_size, '\1');
}

std::string file_of(const std::string& header, size_t data_size) {
  return file_of(header, data_size, header.size());
}

std::string line_of(const std::string& file) {
  try {
    parse_safetensors_header(std::as_bytes(std::span(file.data(), file.size())), "w.safetensors");
  } catch (const DataError& error) {
    return error.what();
  }
  return "no error";
}

/// One tensor "a" of four bytes of data with these fields.
std::string one(const std::string& fields) { return file_of("{\"a\":{" + fields + "}}", 4); }

struct Bad {
  std::string file;
  std::string line;
};

void check_lines(const std::vector<Bad>& table) {
  for (const Bad& bad : table) {
    CHECK(line_of(bad.file) == "[formats] " + bad.line + ": w.safetensors");
    CHECK(line_of(bad.file).find('\n') == std::string::npos);
  }
}

const std::string kA = R"("a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]})";

}  // namespace

TEST_CASE("a file whose header is not all there is refused") {
  CHECK(line_of(file_of("{" + kA + "}", 4)) == "no error");
  check_lines({{"", "safetensors file is cut off: 0 bytes"},
               {"1234567", "safetensors file is cut off: 7 bytes"},
               {file_of("", 0, 1), "safetensors file is cut off: header of 1 bytes, file of 8"},
               {file_of("{}", 0, 3), "safetensors file is cut off: header of 3 bytes, file of 10"},
               {file_of("{}", 0, UINT64_MAX),
                "not a safetensors file, or its header is too large (18446744073709551615 bytes)"},
               {file_of("{}", 0, uint64_t{1} << 63),
                "not a safetensors file, or its header is too large (9223372036854775808 bytes)"},
               {file_of("", 0), "safetensors header does not start with '{'"},
               {file_of(" {}", 0), "safetensors header does not start with '{'"},
               {file_of("[]", 0), "safetensors header does not start with '{'"},
               {"<!DOCTYPE html><html>not here</html>",
                "not a safetensors file, or its header is too large (5789751444030890300 bytes)"}});
}

TEST_CASE("a header of another form is refused with what is wrong") {
  check_lines(
      {{file_of("{" + kA + "," + kA + "}", 4), "safetensors header repeats key \"a\""},
       {file_of(R"({"a\u0000b":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}})", 4),
        "name of a tensor holds a zero byte"},
       {file_of("{" + kA + "}" + std::string(1, '\0') + "}", 4),
        "safetensors header is no JSON (a zero byte)"},
       {file_of(R"({"a":{"dtype":"U8","shape":[4],"shape":[4],"data_offsets":[0,4]}})", 4),
        "safetensors header repeats key \"shape\""},
       {file_of(R"({"__metadata__":{"k":"1","k":"2"}})", 0),
        "safetensors header repeats key \"k\""},
       {file_of(R"({"__metadata__":{"k":{}}})", 0), "safetensors metadata \"k\" is no text"},
       {file_of(R"({"__metadata__":{"k":{"l":{}}}})", 0),
        "safetensors header is nested too deeply"},
       {file_of("{\"" + std::string(1025, 'a') + "\":{}}", 0), "name of a tensor has 1025 bytes"},
       {file_of(R"({"__metadata__":7})", 0), "safetensors __metadata__ is no map"},
       {file_of(R"({"__metadata__":{"k":7}})", 0), "safetensors metadata \"k\" is no text"},
       {file_of(R"({"a":7})", 0), "tensor \"a\" has other fields than dtype, shape, data_offsets"},
       {file_of(R"({"a":{}})", 0), "tensor \"a\" has other fields than dtype, shape, data_offsets"},
       {one(R"("dtype":"U8","shape":[4])"),
        "tensor \"a\" has other fields than dtype, shape, data_offsets"},
       {one(R"("dtype":"U8","shape":[4],"data_offsets":[0,4],"strides":[1])"),
        "tensor \"a\" has other fields than dtype, shape, data_offsets"}});
}

TEST_CASE("a tensor whose dtype or shape is none is refused with its name") {
  std::string ones;
  for (int i = 0; i < 64; ++i) ones += "1,";
  check_lines(
      {{one(R"("dtype":"u8","shape":[4],"data_offsets":[0,4])"),
        "tensor \"a\" has unknown dtype \"u8\""},
       {one(R"("dtype":"F4","shape":[8],"data_offsets":[0,4])"),
        "tensor \"a\" has unknown dtype \"F4\""},
       {one(R"("dtype":null,"shape":[4],"data_offsets":[0,4])"),
        "tensor \"a\" has unknown dtype null"},
       {one(R"("dtype":"U8","shape":4,"data_offsets":[0,4])"), "shape of tensor \"a\" is no list"},
       {one(R"("dtype":"U8","shape":{},"data_offsets":[0,4])"), "shape of tensor \"a\" is no list"},
       {one(R"("dtype":"U8","shape":[)" + ones + R"(1],"data_offsets":[0,4])"),
        "shape of tensor \"a\" has 65 dimensions"},
       {file_of(R"({"a":{"dtype":"U8","shape":[0,4611686018427387904,4],"data_offsets":[0,0]}})",
                0),
        "shape of tensor \"a\" overflows"},
       {one(R"("dtype":"U8","shape":["4"],"data_offsets":[0,4])"),
        "shape of tensor \"a\" is no non-negative integer"},
       {one(R"("dtype":"U8","shape":[-4],"data_offsets":[0,4])"),
        "shape of tensor \"a\" is no non-negative integer"},
       {one(R"("dtype":"U8","shape":[4.0],"data_offsets":[0,4])"),
        "shape of tensor \"a\" is no non-negative integer"},
       {one(R"("dtype":"U8","shape":[18446744073709551615],"data_offsets":[0,4])"),
        "shape of tensor \"a\" is no non-negative integer"},
       {one(R"("dtype":"F64","shape":[4294967296,4294967296],"data_offsets":[0,4])"),
        "shape of tensor \"a\" overflows"},
       {one(R"("dtype":"U8","shape":[4294967296,4294967296,4],"data_offsets":[0,4])"),
        "shape of tensor \"a\" overflows"}});
}

TEST_CASE("offsets that do not fit their tensor are refused with both") {
  const auto needs = [](const std::string& bytes, const std::string& offsets) {
    return "tensor \"a\" needs " + bytes + " bytes for its shape, its data_offsets are " + offsets;
  };
  check_lines({{one(R"("dtype":"U8","shape":[4],"data_offsets":4)"),
                "data_offsets of tensor \"a\" is no pair"},
               {one(R"("dtype":"U8","shape":[4],"data_offsets":[0,4,8])"),
                "data_offsets of tensor \"a\" is no pair"},
               {one(R"("dtype":"U8","shape":[4],"data_offsets":[-1,3])"),
                "data_offsets of tensor \"a\" is no non-negative integer"},
               {one(R"("dtype":"U8","shape":[4],"data_offsets":[4,0])"), needs("4", "[4, 0]")},
               {one(R"("dtype":"U8","shape":[3],"data_offsets":[0,4])"), needs("3", "[0, 4]")},
               {one(R"("dtype":"BF16","shape":[4],"data_offsets":[0,4])"), needs("8", "[0, 4]")},
               {one(R"("dtype":"F32","shape":[],"data_offsets":[0,0])"), needs("4", "[0, 0]")},
               {one(R"("dtype":"U8","shape":[0,9],"data_offsets":[0,4])"), needs("0", "[0, 4]")}});
}

TEST_CASE("holes, overlaps, missing and surplus data are refused") {
  const std::string b_at_5 = R"("b":{"dtype":"U8","shape":[1],"data_offsets":[5,6]})";
  const std::string b_at_3 = R"("b":{"dtype":"U8","shape":[3],"data_offsets":[3,6]})";
  const std::string b_same = R"("b":{"dtype":"U8","shape":[4],"data_offsets":[0,4]})";
  check_lines(
      {{file_of("{" + kA + "," + b_at_5 + "}", 6),
        "data of tensor \"b\" starts at 5, expected 4 (a hole)"},
       {file_of("{" + kA + "," + b_at_3 + "}", 6),
        "data of tensor \"b\" starts at 3, expected 4 (an overlap)"},
       {file_of("{" + kA + "," + b_same + "}", 4),
        "data of tensor \"b\" starts at 0, expected 4 (an overlap)"},
       {one(R"("dtype":"U8","shape":[3],"data_offsets":[1,4])"),
        "data of tensor \"a\" starts at 1, expected 0 (a hole)"},
       {file_of("{" + kA + "}", 3),
        "safetensors file is cut off: its tensors need 4 bytes of data, it has 3"},
       {file_of("{" + kA + "}", 5),
        "safetensors file has bytes after its data: its tensors need 4 bytes of data, it has 5"},
       {file_of("{}", 1),
        "safetensors file has bytes after its data: its tensors need 0 bytes of data, it has 1"}});
}

}  // namespace assay
