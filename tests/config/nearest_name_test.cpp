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

}  // namespace assay
