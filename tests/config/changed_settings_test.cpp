#include "config/changed_settings.h"

#include <catch2/catch.hpp>

#include "config/toml_reader.h"

namespace assay {
namespace {

std::vector<std::string> changes(const std::string& before, const std::string& after) {
  return changed_settings(read_toml(before, {.name = "before"}),
                          read_toml(after, {.name = "after"}));
}

TEST_CASE("changed settings are told by their dotted keys with what they were") {
  CHECK(changes("[train]\nseed = 1\nsteps = 3\n[data]\ncorpus = \"a\"\n",
                "[data]\ncorpus = \"b\"\n[train]\nsteps = 3\nseed = 2\n") ==
        std::vector<std::string>{"data.corpus = \"b\" (was \"a\")", "train.seed = 2 (was 1)"});
  CHECK(changes("a = [1, 2]\n[t.u]\nx = 0.5\n", "a = [1, 2]\n[t.u]\nx = 0.5\n").empty());
}

TEST_CASE("a setting that came or went is told as left out on the other side") {
  CHECK(changes("[t]\nx = 1\n", "[t]\ny = [true]\n") ==
        std::vector<std::string>{"t.x left out (was 1)", "t.y = [true] (was left out)"});
  CHECK(changes("x = 1\n", "[x]\ny = 1\n") ==
        std::vector<std::string>{"x left out (was 1)", "x.y = 1 (was left out)"});
}

}  // namespace
}  // namespace assay
