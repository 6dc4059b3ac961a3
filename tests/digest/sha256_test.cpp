#include "digest/sha256.h"

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "error/error.h"

namespace assay {
namespace {

TEST_CASE("the digest of FIPS 180-4's example is reproduced") {
  CHECK(sha256("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(sha256("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST_CASE("a file has the digest of its content") {
  const auto path = std::filesystem::temp_directory_path() / "assay_sha256_test.bin";
  const std::string content(3'000'000, 'x');
  std::ofstream(path, std::ios::binary) << content;
  CHECK(sha256_file(path) == sha256(content));
  std::filesystem::remove(path);
  CHECK_THROWS_AS(sha256_file(path), DataError);
}

}  // namespace
}  // namespace assay
