#include "generate/text_stream.h"

#include <catch2/catch.hpp>

#include "text/byte_tokenizer.h"
#include "text/utf8.h"

using assay::TextStream;

namespace {

const assay::ByteTokenizer kBytes;

/// Pushes a text byte by byte: what was handed out at each.
std::vector<std::string> pushed(TextStream& stream, std::string_view text) {
  std::vector<std::string> parts;
  for (const char c : text) parts.push_back(stream.push(static_cast<unsigned char>(c)));
  return parts;
}

std::string joined(const std::vector<std::string>& parts) {
  std::string all;
  for (const std::string& part : parts) all += part;
  return all;
}

/// All that comes of the text, its end included.
std::string streamed(TextStream& stream, std::string_view text) {
  const std::string all = joined(pushed(stream, text));
  return all + stream.finish();
}

}  // namespace

TEST_CASE("text that streams is never cut within a character") {
  TextStream stream(kBytes, {});
  const std::string text = "na\xC3\xAFve \xE2\x82\xAC \xF0\x9F\x98\x80 \xE6\x97\xA5\xE6\x9C\xAC";
  const auto parts = pushed(stream, text);
  for (const std::string& part : parts) CHECK(assay::valid_utf8_prefix(part) == part.size());
  CHECK(parts[2].empty());
  CHECK(parts[3] == "\xC3\xAF");
  CHECK(joined(parts) == text);
  CHECK(stream.finish().empty());
}

TEST_CASE("bytes that are no character are handed out and not lost") {
  TextStream stream(kBytes, {});
  const std::string text =
      "a\xFF\x80"
      "b\xE2\x82";
  CHECK(streamed(stream, text) == text);
}

TEST_CASE("a stop text ends the text before it, however the tokens cut it") {
  TextStream stream(kBytes, {"\n\n", "END"});
  const auto parts = pushed(stream, "one\ntwo EN\n\nthree");
  CHECK(joined(parts) == "one\ntwo EN");
  CHECK(stream.stopped());
  CHECK(stream.text() == "one\ntwo EN");
  CHECK(stream.finish().empty());
}

TEST_CASE("the beginning of a stop text is held back until it is known not to be one") {
  TextStream stream(kBytes, {"###"});
  const auto parts = pushed(stream, "a##b##");
  CHECK(parts == std::vector<std::string>{"a", "", "", "##b", "", ""});
  CHECK(stream.finish() == "##");
  CHECK(!stream.stopped());
}

TEST_CASE("a stop text longer than the output changes nothing") {
  TextStream stream(kBytes, {std::string(100, 'x'), ""});
  CHECK(streamed(stream, "xxab") == "xxab");
}

TEST_CASE("of two stop texts the one that begins first ends the text") {
  TextStream stream(kBytes, {"bc", "abcd"});
  CHECK(streamed(stream, "xabcd") == "xa");
}
