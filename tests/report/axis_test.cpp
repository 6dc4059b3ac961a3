#include "report/axis.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <random>

namespace assay::report {
namespace {

TEST_CASE("ticks are round numbers inside the axis") {
  const Axis axis = make_axis(1.62, 5.48, 5, true);
  CHECK(axis.step == 1.0);
  CHECK(axis.low == 1.0);
  CHECK(axis.high == 6.0);
  CHECK(axis.label(3) == "3");
  const Axis steps = make_axis(1, 400, 5, false);
  CHECK(steps.low == 1);
  CHECK(steps.ticks.front() == 100);
  CHECK(steps.ticks.back() == 400);
}

TEST_CASE("labels have the decimals that the ticks need") {
  CHECK(make_axis(1.0, 1.1, 4, true).label(1.025) == "1.025");
  CHECK(make_axis(0, 1, 5, true).label(0.2) == "0.2");
  CHECK(make_axis(0, 50000, 5, true).label(20000) == "20k");
  CHECK(make_axis(0, 12e6, 5, true).label(2.5e6) == "2.5M");
}

TEST_CASE("values that hardly differ do not give endless ticks") {
  CHECK(make_axis(1e12, 1e12 + 1e-3, 5, true).ticks.size() < 15);
}

TEST_CASE("one value gets room on both sides") {
  const Axis axis = make_axis(7, 7, 5, true);
  CHECK(axis.low < 7);
  CHECK(axis.high > 7);
}

TEST_CASE("any range lies inside its rounded axis") {
  std::mt19937 random(3);
  std::uniform_real_distribution<double> exponent(-12, 12);
  for (int i = 0; i < 2000; ++i) {
    const double low = std::pow(10.0, exponent(random)) - 1;
    const double high = low + std::pow(10.0, exponent(random));
    if (high - low < 1e-8 * std::abs(high)) continue;
    const Axis axis = make_axis(low, high, 5, true);
    const double slack = 1e-9 * axis.step;
    REQUIRE(axis.low <= low + slack);
    REQUIRE(axis.high >= high - slack);
    REQUIRE(axis.ticks.size() < 15);
  }
}

}  // namespace
}  // namespace assay::report
