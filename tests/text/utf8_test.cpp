#include "text/utf8.h"

#include <catch2/catch.hpp>

namespace assay {
namespace {

struct Replacement {
  std::string text;
  uint64_t num_invalid = 0;
};

Replacement replaced(std::string_view text) {
  Replacement result;
  result.text = replace_invalid_utf8(text, result.num_invalid);
  return result;
}

std::string marks(int count) {
  std::string text;
  for (int i = 0; i < count; ++i) text += kReplacementCharacter;
  return text;
}

}  // namespace

TEST_CASE("text that is UTF-8 stays as it is") {
  const std::string text("a\0\xC3\xA9\xE6\x97\xA5\xF0\x9F\x98\x80", 11);
  CHECK(replaced(text).text == text);
  CHECK(replaced(text).num_invalid == 0);
}

// The expected numbers are those of Python's bytes.decode("utf-8", "replace").
TEST_CASE("each maximal part that is not UTF-8 becomes one mark") {
  struct Case {
    std::string bytes;
    int marks;
  };
  for (const auto& [bytes, count] : std::vector<Case>{{"\xFF", 1},
                                                      {"\x80\x80", 2},
                                                      {"\xE6\x97", 1},
                                                      {"\xF0\x9F\x98", 1},
                                                      {"\xED\xA0\x80", 3},
                                                      {"\xC0\xAF", 2},
                                                      {"\xF4\x90\x80\x80", 4},
                                                      {"\xE0\x80\x80", 3}}) {
    CAPTURE(bytes.size());
    CHECK(replaced(bytes).text == marks(count));
    CHECK(replaced("a" + bytes + "b").text == "a" + marks(count) + "b");
    CHECK(replaced(bytes).num_invalid == static_cast<uint64_t>(count));
  }
}

}  // namespace assay
