#include "report/number_text.h"

#include <catch2/catch.hpp>
#include <limits>

namespace assay::report {
namespace {

TEST_CASE("numbers are printed with their unit at a readable size") {
  CHECK(number_text(1234567, "token") == "1,234,567");
  CHECK(number_text(13245.6, "token/s") == "13,246 token/s");
  CHECK(number_text(0.0123, "s") == "12.3 ms");
  CHECK(number_text(75.5, "s") == "75.50 s");
  CHECK(number_text(200, "s") == "200.00 s (3 min 20 s)");
  CHECK(number_text(7325, "s") == "7,325.00 s (2 h 02 min 05 s)");
  CHECK(number_text(0, "s") == "0 s");
  CHECK(number_text(0.3906, "share") == "39.06 %");
  CHECK(number_text(0.00001, "share") == "0.001 %");
  CHECK(number_text(1.9e11, "FLOP/s") == "190 GFLOP/s");
  CHECK(number_text(5.2e3, "J") == "5.2 kJ");
  CHECK(number_text(0.0036712, "USD") == "0.003671 USD");
  CHECK(number_text(12.5, "USD") == "12.50 USD");
  CHECK(number_text(5576000, "USD") == "5,576,000 USD");
  CHECK(number_text(2147483648.0, "B") == "2 GiB");
  CHECK(number_text(1.23456, "nats/token") == "1.2346 nats/token");
}

TEST_CASE("a number that is not finite is printed as what it is") {
  CHECK(number_text(std::numeric_limits<double>::quiet_NaN(), "nats/token") == "nan nats/token");
  CHECK(number_text(std::numeric_limits<double>::infinity(), "token/s") == "inf token/s");
}

TEST_CASE("thousands are set apart") {
  CHECK(grouped(0) == "0");
  CHECK(grouped(999) == "999");
  CHECK(grouped(1000) == "1,000");
  CHECK(grouped(-1234567) == "-1,234,567");
  CHECK(plain_number(0.25) == "0.25");
  CHECK(plain_number(2788000) == "2,788,000");
}

}  // namespace
}  // namespace assay::report
