#include "units/measure.h"

#include <catch2/catch.hpp>

#include "error/error.h"

namespace assay {
namespace {

TEST_CASE("a measure keeps its value, unit and text") {
  const Measure m = parse_measure("2.664e6 gpu_h");
  CHECK(m.value == 2.664e6);
  CHECK(m.dimension == Dimension::kGpuHours);
  CHECK(m.unit == "gpu_h");
  CHECK(m.text == "2.664e6 gpu_h");
}

TEST_CASE("values are converted to the base unit of their dimension") {
  CHECK(parse_measure("989.4 TFLOP/s").value == 989.4e12);
  CHECK(parse_measure("3.7 day").value == Approx(3.7 * 86400));
  CHECK(parse_measure("449 MWh").value == Approx(449 * 3.6e9));
  CHECK(parse_measure("39.1 %").value == Approx(0.391));
  CHECK(parse_measure("180e3 gpu_h/Ttoken").value * 14.8e12 == Approx(2664e3));
}

TEST_CASE("rates of tokens are converted to seconds and to one token") {
  CHECK(parse_measure("272.8e9 token/day").value == Approx(272.8e9 / 86400));
  CHECK(parse_measure("3.7 day/Ttoken").value * 14.8e12 == Approx(3.7 * 14.8 * 86400));
  CHECK(parse_measure("24e3 token/s/gpu").dimension == Dimension::kTokensPerSecondPerDevice);
  CHECK(parse_measure("2 month").value == Approx(2 * 30.4375 * 86400));
}

TEST_CASE("money carries its currency, also in prices and exchange rates") {
  CHECK(parse_measure("5.576e6 USD").currency == "USD");
  CHECK(parse_measure("2.0 USD/gpu_h").dimension == Dimension::kMoneyPerGpuHour);
  CHECK(parse_measure("0.27 USD/Mtoken").dimension == Dimension::kMoneyPerMillionTokens);
  CHECK(parse_measure("156 JPY/USD").dimension == Dimension::kMoneyPerMoney);
}

TEST_CASE("the printed digits say how exact a figure is") {
  CHECK(parse_measure("5.576e6 USD").last_digit == Approx(1e3));
  CHECK(parse_measure("294e3 USD").last_digit == Approx(1e3));
  CHECK(parse_measure("294000 USD").last_digit == Approx(1e3));
  CHECK(parse_measure("2.0 USD/gpu_h").last_digit == Approx(0.1));
  CHECK(parse_measure("42.5 %").last_digit == Approx(0.001));
  CHECK(parse_measure("512 gpu").last_digit == 0.0);
  CHECK(parse_measure("512 gpu").printed() == Bounds<double>{512, 512});
}

TEST_CASE("a bare number, a wrong number and an unknown unit are refused") {
  CHECK_THROWS_WITH(parse_measure("5.576e6"), Catch::Contains("bare number"));
  CHECK_THROWS_WITH(parse_measure("many USD"), Catch::Contains("<number> <unit>"));
  CHECK_THROWS_WITH(parse_measure("5 bananas"), Catch::Contains("bananas"));
  CHECK_THROWS_WITH(parse_measure("5 USD/banana"), Catch::Contains("not known"));
  CHECK_THROWS_AS(parse_measure(""), DataError);
  CHECK_THROWS_AS(parse_measure("nan USD"), DataError);
  CHECK_THROWS_AS(parse_measure("1e999 USD"), DataError);
}

}  // namespace
}  // namespace assay
