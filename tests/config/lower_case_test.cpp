#include "config/lower_case.h"

#include <catch2/catch.hpp>

namespace assay {

TEST_CASE("only ASCII letters become small") {
  CHECK(lower_case("H100-SXM_9") == "h100-sxm_9");
  CHECK(lower_case("Äß") == "Äß");
  CHECK(lower_case("").empty());
}

}  // namespace assay
