#include "text/byte_tokenizer.h"

#include <catch2/catch.hpp>

#include "error/error.h"

namespace assay {
namespace {

TEST_CASE("every byte is one token and comes back") {
  std::string text;
  for (int byte = 0; byte < 256; ++byte) text.push_back(static_cast<char>(byte));
  const ByteTokenizer tokenizer;
  const std::vector<uint32_t> tokens = tokenizer.encode(text);
  CHECK(tokens.size() == 256);
  CHECK(tokens[255] == 255);
  CHECK(tokenizer.decode(std::vector<int64_t>(tokens.begin(), tokens.end())) == text);
}

TEST_CASE("a token that is no byte is refused") {
  CHECK_THROWS_AS(ByteTokenizer().decode(std::vector<int64_t>{256}), DataError);
  CHECK_THROWS_AS(ByteTokenizer().decode(std::vector<int64_t>{-1}), DataError);
}

}  // namespace
}  // namespace assay
