#include "text/token_stream.h"

#include <catch2/catch.hpp>

#include "error/error.h"
#include "text/byte_tokenizer.h"

namespace assay {

TEST_CASE("a stream of tokens gives whole characters") {
  const ByteTokenizer tokenizer;
  TokenStream stream(tokenizer);
  CHECK(stream.push('a') == "a");
  CHECK(stream.push(0xE6).empty());
  CHECK(stream.push(0x97).empty());
  CHECK(stream.push(0xA5) == "\xE6\x97\xA5");
  CHECK(stream.finish().empty());
}

TEST_CASE("a stream of tokens gives broken bytes as they are") {
  const ByteTokenizer tokenizer;
  TokenStream stream(tokenizer);
  CHECK(stream.push(0xF0).empty());
  CHECK(stream.push('b') ==
        "\xF0"
        "b");
  CHECK(stream.push(0x80) == "\x80");
  CHECK(stream.push(0xE6).empty());
  CHECK(stream.finish() == "\xE6");
  CHECK_THROWS_AS(stream.push(256), DataError);
}

}  // namespace assay
