#include "config/toml_reader.h"

#include <catch2/catch.hpp>

#include "error/error.h"

namespace assay {
namespace {

using Catch::Matchers::Contains;

void check_refused(const std::string& toml, const std::string& place) {
  CHECK_THROWS_AS(read_toml(toml, {.name = "x.toml"}), ConfigError);
  CHECK_THROWS_WITH(read_toml(toml, {.name = "x.toml"}), Contains("x.toml:" + place));
}

// Undefined behaviour in toml++ 3.3 (the sanitizer build shows it).
TEST_CASE("a letter beyond ASCII outside of quotes is refused with its line") {
  check_refused("\u00e9 = 1", "1:");
  check_refused("a = 1\nname = \u00e9", "2:");
  check_refused("[\u00e9]", "1:");
  check_refused("a = \"\u00e9\u00e9\" \u00e9", "1:");
  check_refused("a = 3\"\u00e9", "1:");
  check_refused("a = \u201cb\u201d", "1:");
  check_refused("\uFCFF = 1", "1:");
}

TEST_CASE("letters beyond ASCII in strings and comments are fine") {
  for (const char* toml :
       {"a = \"\u00e9\"", "a = '\u00e9'", "# \u00e9\na = 1 # \u00e9", "\"\u00e9\" = 1",
        "a = \"\"\"\n\u00e9 \\\" \"\" \u00e9\"\"\"", "a = '''\n\u00e9 '' \u00e9'''",
        "\xEF\xBB\xBF"
        "a = 1",
        "a = \"\\\"\u00e9\"", "a = \"\"\nb = '\u00e9'"}) {
    CHECK_NOTHROW(read_toml(toml, {.name = "x.toml"}));
  }
}

// Each of these aborted the program by an assertion of the parser.
TEST_CASE("a table header without a name is an error with its place") {
  for (const char* toml : {"[=]", "[\n", "[[\n", "a = 1\n[ #", "[.a]", "[,]"}) {
    CHECK_THROWS_AS(read_toml(toml, {.name = "x.toml"}), ConfigError);
    CHECK_THROWS_WITH(read_toml(toml, {.name = "x.toml"}), Contains("x.toml:"));
  }
}

TEST_CASE("a string that never ends is the parser's to tell") {
  CHECK_THROWS_AS(read_toml("a = \"b\n\u00e9", {.name = "x.toml"}), ConfigError);
  CHECK_THROWS_AS(read_toml("a = \"\u00e9\\", {.name = "x.toml"}), ConfigError);
}

}  // namespace
}  // namespace assay
