#include "audit/output/line_wrap.h"

#include <catch2/catch.hpp>

#include <string>

#include "audit/output/text_width.h"

namespace assay::audit {
namespace {

TEST_CASE("a long line is broken at spaces, and what goes on stands below its text") {
  CHECK(wrapped("  claimed   one two three four\n", 24) ==
        "  claimed   one two\n            three four\n");
  CHECK(wrapped("  one two three four five", 12) == "  one two\n    three\n    four\n    five");
  CHECK(wrapped("short\n\n  lines stay\n", 20) == "short\n\n  lines stay\n");
}

TEST_CASE("a name that takes more than half of the width does not push the text aside") {
  CHECK(wrapped("a-very-long-name  one two three", 24) == "a-very-long-name  one\n  two three");
}

TEST_CASE("a word that is longer than a line stays whole") {
  const std::string url = "https://example.org/a/very/long/address";
  CHECK(wrapped("  see " + url + " there", 20) == "  see\n    " + url + "\n    there");
  CHECK(wrapped(url, 20) == url);
}

TEST_CASE("text without spaces is broken between its characters, not before a mark") {
  const std::string text = "  計算は合うが、ほかに裏づけはない。";
  const std::string broken = wrapped(text, 16);
  std::string joined;
  size_t begin = 0;
  while (begin < broken.size()) {
    const size_t end = std::min(broken.find('\n', begin), broken.size());
    const std::string line = broken.substr(begin, end - begin);
    CHECK(display_width(line) <= 16);
    const std::string word = line.substr(line.find_first_not_of(' '));
    CHECK_FALSE(word.starts_with("、"));
    CHECK_FALSE(word.starts_with("。"));
    joined += word;
    begin = end + 1;
  }
  CHECK(joined == text.substr(2));
}

TEST_CASE("nothing is lost of bytes that are no UTF-8") {
  const std::string text = "a\xff\xfe b \xe3\x81 c d e f g h";
  std::string kept;
  for (const char c : wrapped(text, 6)) {
    if (c != ' ' && c != '\n') kept += c;
  }
  std::string wanted;
  for (const char c : text) {
    if (c != ' ') wanted += c;
  }
  CHECK(kept == wanted);
}

}  // namespace
}  // namespace assay::audit
