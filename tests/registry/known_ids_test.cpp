#include "registry/known_ids.h"

#include <catch2/catch.hpp>
#include <map>

#include "error/error.h"

namespace assay::registry {
namespace {

const std::map<std::string, int> kKnown{{"a100-sxm", 1}, {"h100-sxm", 2}};

Located<std::string> named(const std::string& id) {
  Located<std::string> located;
  located.value = id;
  return located;
}

TEST_CASE("an unknown id names the nearest only where it resembles one") {
  CHECK(unknown_id("device", "h100", kKnown) ==
        "unknown device \"h100\"; nearest known: \"h100-sxm\"");
  CHECK(unknown_id("device", "abacus", kKnown) == "unknown device \"abacus\"");
  CHECK(unknown_id("device", "h100", std::map<std::string, int>{}) == "unknown device \"h100\"");
  CHECK(unknown_id("device", std::string(3000, 'h'), kKnown) ==
        "unknown device \"" + std::string(80, 'h') + "\"");
}

TEST_CASE("the entry of a known id is given, an unknown one refused") {
  CHECK(known_entry("device", named("h100-sxm"), kKnown) == 2);
  CHECK_THROWS_AS(known_entry("device", named("h100"), kKnown), Error);
}

}  // namespace
}  // namespace assay::registry
