#include "formats/token_bin.h"

#include <catch2/catch.hpp>
#include <fstream>

#include "error/error.h"
#include "temporary_folder.h"

namespace assay {
namespace {

std::string file_bytes(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void write_tokens(const std::filesystem::path& path, TokenBinKind kind, uint64_t vocab_size) {
  TokenBinWriter writer(path, kind, vocab_size);
  writer.append(std::vector<uint32_t>{1, 258});
  writer.append(std::vector<uint32_t>{65535});
  writer.commit();
}

}  // namespace

TEST_CASE("nanoGPT's file is nothing but tokens of 16 bits") {
  const TemporaryFolder folder;
  write_tokens(folder / "t.bin", TokenBinKind::kNanoGpt, 65536);
  CHECK(file_bytes(folder / "t.bin") == std::string("\x01\x00\x02\x01\xFF\xFF", 6));
  const TokenBinReader reader(folder / "t.bin", TokenBinKind::kNanoGpt);
  CHECK(reader.num_tokens() == 3);
  CHECK(reader.read(1, 2, 65536) == std::vector<uint32_t>{258, 65535});
  CHECK_THROWS_AS(reader.read(0, 3, 50257), DataError);
}

TEST_CASE("llm.c's file has a header of 1024 bytes and tokens as wide as the vocabulary asks") {
  const TemporaryFolder folder;
  write_tokens(folder / "g.bin", TokenBinKind::kLlmC, 65536);
  const std::string gpt2 = file_bytes(folder / "g.bin");
  CHECK(gpt2.size() == 1024 + 6);
  CHECK(gpt2.substr(0, 12) == std::string("\x88\xD8\x34\x01\x01\0\0\0\x03\0\0\0", 12));
  CHECK(TokenBinReader(folder / "g.bin", TokenBinKind::kLlmC).read(0, 3, 65536).at(1) == 258);
  write_tokens(folder / "l.bin", TokenBinKind::kLlmC, 128256);
  const std::string llama = file_bytes(folder / "l.bin");
  CHECK(llama.size() == 1024 + 12);
  CHECK(llama.substr(0, 8) == std::string("\xA1\xD9\x34\x01\x07\0\0\0", 8));
  CHECK(TokenBinReader(folder / "l.bin", TokenBinKind::kLlmC).read(2, 1, 128256).at(0) == 65535);
}

TEST_CASE("token files of another kind or cut off are refused") {
  const TemporaryFolder folder;
  write_tokens(folder / "g.bin", TokenBinKind::kLlmC, 65536);
  std::filesystem::resize_file(folder / "g.bin", 1029);
  CHECK_THROWS_AS(TokenBinReader(folder / "g.bin", TokenBinKind::kLlmC), DataError);
  CHECK_THROWS_AS(TokenBinReader(folder / "g.bin", TokenBinKind::kNanoGpt), DataError);
  std::filesystem::resize_file(folder / "g.bin", 100);
  CHECK_THROWS_AS(TokenBinReader(folder / "g.bin", TokenBinKind::kLlmC), DataError);
  std::ofstream(folder / "zero.bin") << std::string(2048, '\0');
  CHECK_THROWS_AS(TokenBinReader(folder / "zero.bin", TokenBinKind::kLlmC), DataError);
  CHECK_THROWS_AS(TokenBinWriter(folder / "n.bin", TokenBinKind::kNanoGpt, 65537), DataError);
}

}  // namespace assay
