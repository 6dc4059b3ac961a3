#include "config/nearest_name.h"

#include <catch2/catch.hpp>

namespace assay {

TEST_CASE("edits are inserts, removals, replacements and swaps") {
  CHECK(edit_distance("steps", "steps") == 0);
  CHECK(edit_distance("stpes", "steps") == 1);
  CHECK(edit_distance("step", "steps") == 1);
  CHECK(edit_distance("steqs", "steps") == 1);
  CHECK(edit_distance("", "abc") == 3);
  CHECK(edit_distance("kitten", "sitting") == 3);
}

TEST_CASE("the nearest name has the fewest edits") {
  CHECK(nearest_name("stpes", {"seed", "steps", "stop"}) == "steps");
  CHECK(nearest_name("h800", {"h20", "h800-sxm"}) == "h800-sxm");
  CHECK(nearest_name("h10", {"a10", "h100-sxm"}) == "h100-sxm");  // its start, not one letter of it
  CHECK(nearest_name("x", {}).empty());
}

TEST_CASE("large and small letters are alike") {
  CHECK(nearest_name("H100", {"a100-sxm", "h100-sxm"}) == "h100-sxm");
  CHECK(nearest_name("AdamV", {"adamw"}) == "adamw");
}

TEST_CASE("a name that resembles none has no nearest") {
  CHECK(nearest_name("banana", {"seed", "steps", "stop"}).empty());
  CHECK(nearest_name("zzz", {"h20", "h800-sxm"}).empty());
  CHECK(nearest_name("deepseek-v3", {"llama-3.1-8b", "gpt2-124m"}).empty());
  CHECK(nearest_name("", {"a"}).empty());
  CHECK(nearest_name(std::string(101, 'k'), {std::string(100, 'k')}).empty());
}

TEST_CASE("of a third of the letters changed it still resembles, of more it does not") {
  CHECK(nearest_name("abcxyz", {"abcdef"}).empty());
  CHECK(nearest_name("abcdxy", {"abcdef"}) == "abcdef");
  CHECK(nearest_name("tpd", {"tdp"}) == "tdp");
}

TEST_CASE("a note names the nearest, or says nothing") {
  CHECK(nearest_note("stpes", {"steps"}) == "; nearest known: \"steps\"");
  CHECK(nearest_note("stpes", {"steps"}, "key") == "; nearest known key: \"steps\"");
  CHECK(nearest_note("banana", {"steps"}).empty());
}

}  // namespace assay
