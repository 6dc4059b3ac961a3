#include "profile/clock_line.h"

#include <catch2/catch.hpp>

#include "error/error.h"

namespace {

using assay::ClockLine;
using assay::Seconds;

constexpr double kHost = 1.8e9;  // seconds since 1970: a double has 0.2 microseconds left there

TEST_CASE("a device's clock that runs at another rate is taken to the host's") {
  ClockLine line;
  for (int i = 0; i < 10; ++i) line.add(Seconds(i), kHost + 1.00002 * i);
  CHECK(line.rate() == Approx(1.00002).epsilon(1e-8));
  CHECK(line.host_unix_s(Seconds(100)) - kHost == Approx(100.002).margin(1e-5));
  CHECK(line.residual().value() < 1e-6);
}

TEST_CASE("the residual is how far the pairs lie from the line") {
  ClockLine line;
  for (int i = 0; i < 100; ++i) line.add(Seconds(i), kHost + i + (i % 2 == 0 ? 1e-3 : -1e-3));
  CHECK(line.residual().value() == Approx(1e-3).epsilon(0.01));
  CHECK(line.host_unix_s(Seconds(50)) - kHost == Approx(50).margin(1e-4));
}

TEST_CASE("one pair gives the offset, none is no line, and no time comes twice") {
  ClockLine line;
  CHECK_THROWS_AS(line.host_unix_s(Seconds(0)), assay::InternalError);
  line.add(Seconds(5), kHost);
  CHECK(line.host_unix_s(Seconds(7)) == kHost + 2);
  CHECK(line.residual() == Seconds(0));
  CHECK_THROWS_AS(line.add(Seconds(5), kHost + 1), assay::InternalError);
}

}  // namespace
