#include "report/claims/value_scale.h"

#include <catch2/catch.hpp>

namespace assay::report {
namespace {

TEST_CASE("a logarithmic scale sets equal factors equally far apart") {
  const ValueScale scale = ValueScale::over(1e3, 1e7, true, false);
  CHECK(scale.position(1e3) == Approx(0));
  CHECK(scale.position(1e5) == Approx(0.5));
  CHECK(scale.position(1e7) == Approx(1));
  CHECK(scale.position(1e9) == 1);
  CHECK(scale.ticks().front() == Approx(1e3));
  CHECK(scale.ticks().back() == Approx(1e7));
}

TEST_CASE("few decades have ticks at 1, 2 and 5; a narrow span still has two") {
  CHECK(ValueScale::over(9e5, 6e6, true, false).ticks() == std::vector<double>{1e6, 2e6, 5e6});
  CHECK(ValueScale::over(5.4e6, 5.8e6, true, true).ticks().size() >= 2);
}

TEST_CASE("equal ends are set apart") {
  const ValueScale scale = ValueScale::over(5, 5, false, false);
  CHECK(scale.position(5) == Approx(0.5));
}

TEST_CASE("ticks are written short") {
  CHECK(short_number(250000) == "250k");
  CHECK(short_number(5.5e6) == "5.5M");
  CHECK(short_number(1e9) == "1B");
  CHECK(short_number(14.8e12) == "14.8T");
  CHECK(short_number(3.1e24) == "3.1e+24");
  CHECK(short_number(0.05) == "0.05");
}

}  // namespace
}  // namespace assay::report
