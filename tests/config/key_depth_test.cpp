#include "config/key_depth.h"

#include <catch2/catch.hpp>
#include <string>

namespace assay {
namespace {

std::string dotted(int parts) {
  std::string key = "a";
  for (int i = 1; i < parts; ++i) key += ".a";
  return key;
}

}  // namespace

TEST_CASE("a key of too many parts is found wherever a key can stand") {
  for (const std::string& text :
       {dotted(17) + " = 1", "[" + dotted(17) + "]", "x = {" + dotted(17) + " = 1}",
        "\"q\"." + dotted(16) + " = 1", "a . b ." + dotted(15) + "=1"}) {
    CAPTURE(text);
    CHECK(find_deep_key(text, 16).has_value());
  }
  const auto place = find_deep_key("x = 1\n[" + dotted(17) + "]", 16);
  REQUIRE(place.has_value());
  CHECK(place->line == 2);
  CHECK(place->column == 33);
}

TEST_CASE("keys of few parts, strings and comments are let through") {
  for (const std::string& text :
       {dotted(16) + " = 1", "a = \"" + dotted(100) + "\"", "# " + dotted(100),
        "a = '" + dotted(100) + "'", "a = \"\"\"\n" + dotted(100) + "\n\"\"\"\nb = 1",
        "a = \"\\\"" + dotted(100) + "\"", dotted(10) + " = 1\n" + dotted(10) + " = 2",
        std::string("a = [0.5, 1.5, 2.5]"), std::string("a = 'open\n")}) {
    CAPTURE(text);
    CHECK_FALSE(find_deep_key(text, 16).has_value());
  }
}

}  // namespace assay
