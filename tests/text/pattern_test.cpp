#include "text/regex/pattern.h"

#include <catch2/catch.hpp>

#include "error/error.h"
#include "text/regex/pattern_syntax.h"

namespace assay {
namespace {

std::vector<std::string> matches_of(std::string_view pattern, std::string_view text) {
  const Pattern compiled = Pattern::compile(pattern, "test");
  Pattern::Search search(compiled);
  std::vector<std::string> matches;
  auto match = search.find(text, 0);
  while (match) {
    matches.emplace_back(text.substr(match->begin, match->end - match->begin));
    match = search.find(text, match->end);
  }
  return matches;
}

}  // namespace

TEST_CASE("patterns match as Oniguruma's do") {
  using Matches = std::vector<std::string>;
  CHECK(matches_of("\\s+(?!\\S)|\\s+", "a   b") == Matches{"  ", " "});
  CHECK(matches_of("\\p{N}{1,3}", "12345") == Matches{"123", "45"});
  CHECK(matches_of("a{,2}b", "aaab") == Matches{"aab"});
  CHECK(matches_of("(?i:'s)", "'S's'\xC5\xBF") == Matches{"'S", "'s", "'\xC5\xBF"});
  CHECK(matches_of("[+-]", "1-2+3") == Matches{"-", "+"});
  CHECK(matches_of("[^\\s\\p{L}]+", "ab 12,c") == Matches{"12,"});
  CHECK(matches_of("a#b c", "a#b c") == Matches{"a#b c"});
}

TEST_CASE("the Mongolian vowel separator is no white space") {
  CHECK(matches_of("\\s", "\xE1\xA0\x8E").empty());
}

TEST_CASE("letters of Unicode 16 are letters") {
  CHECK(matches_of("\\p{L}", "\xE1\xB2\x89").size() == 1);
}

TEST_CASE("patterns that PCRE2 could read in another way are refused") {
  for (const char* pattern : {"",        "(",    ")",   "[",     "[]",         "[[a]]",   "[a&&b]",
                              "^a",      "a$",   "\\b", "\\w",   "\\p{Foo}",   "\\p",     "a**",
                              "a{1,2}+", "a{x}", "{1}", "*a",    "(?<name>a)", "[\\s-a]", "[a-\\s]",
                              "[a-c-e]", "[-a]", "a\\", "[\\S]", "(?#a)",      "a|"}) {
    CAPTURE(pattern);
    CHECK_THROWS_AS(Pattern::compile(pattern, "test"), DataError);
  }
}

}  // namespace assay
