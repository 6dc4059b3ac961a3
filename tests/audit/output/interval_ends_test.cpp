#include "audit/output/interval_ends.h"

#include <catch2/catch.hpp>
#include <limits>

namespace assay::audit {

TEST_CASE("an interval shows two digits of its width") {
  CHECK(ends_text(545.4708, 545.4777) == "545.4708 - 545.4777");
  CHECK(ends_text(2273156, 2273408) == "2,273,160 - 2,273,410");
  CHECK(ends_text(0.29719, 0.30344, 3) == "0.2972 - 0.3034");
  CHECK(ends_text(561500, 562499, 4, " – ") == "561,500 – 562,500");
}

TEST_CASE("a wide interval keeps its four digits") {
  CHECK(ends_text(5388123, 5766321) == "5,388,000 - 5,766,000");
  CHECK(ends_text(1.5, 2.5) == "1.5 - 2.5");
  CHECK(ends_text(-0.25, 0.125) == "-0.25 - 0.125");
  CHECK(ends_text(0, 12.3456) == "0 - 12.35");
}

TEST_CASE("an interval without width beyond the noise of doubles is one number") {
  CHECK_FALSE(has_width(87072, 87072));
  CHECK_FALSE(has_width(87072, 87072 * (1 + 1e-14)));
  CHECK(has_width(87071.5, 87072.5));
  CHECK(ends_text(2, 2) == "2");
}

TEST_CASE("an open end is no reason for more digits") {
  CHECK(ends_text(1.23456, std::numeric_limits<double>::infinity()) == "1.235 - inf");
}

}  // namespace assay::audit
