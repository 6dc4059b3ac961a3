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
  CHECK(parse_measure("1.4e9 KRW").currency == "KRW");
  CHECK(parse_measure("3 INR/kWh").dimension == Dimension::kMoneyPerEnergy);
  CHECK_THROWS_AS(parse_measure("3 XYZ"), DataError);
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

TEST_CASE("rounding is half a place, or a unit of the last digit that is small beside the value") {
  const auto printed = [](const char* text) { return parse_measure(text).printed(); };
  const auto is = [](Bounds<double> bounds, double low, double high) {
    CHECK(bounds.low == Approx(low));
    CHECK(bounds.high == Approx(high));
  };
  is(printed("2.788e6 gpu_h"), 2.787e6, 2.789e6);
  is(printed("294000 USD"), 293e3, 295e3);
  is(printed("10 x"), 9.5, 10.5);
  is(printed("100 x"), 95, 105);
  is(printed("2000 USD"), 1900, 2100);
  is(printed("30 day"), 28.5 * 86400, 31.5 * 86400);
  is(printed("2 month"), 1.5 * 2629800, 2.5 * 2629800);
  is(printed("90 %"), 0.89, 0.91);
  is(printed("99 %"), 0.985, 0.995);
  is(printed("50 %"), 0.475, 0.525);
  is(printed("42.5 %"), 0.424, 0.426);
}

TEST_CASE("the widest rounding leaves a careless writer some room, and no more") {
  const auto widest = [](const char* text) { return parse_measure(text).widest(); };
  const auto is = [](Bounds<double> bounds, double low, double high) {
    CHECK(bounds.low == Approx(low));
    CHECK(bounds.high == Approx(high));
  };
  is(widest("2.788e6 gpu_h"), 2.787e6, 2.789e6);
  is(widest("10 x"), 8.5, 11.5);
  is(widest("90 %"), 0.87, 0.93);
  is(widest("2 month"), 1.5 * 2629800, 3 * 2629800);  // 2.9 months, cut off
  CHECK(parse_measure("512 gpu").widest() == Bounds<double>{512, 512});
  CHECK(parse_measure("640 gpu").widest() == Bounds<double>{640, 640});
  is(widest("10000 gpu"), 9500, 10500);
  CHECK(parse_measure("10000 gpu").printed() == Bounds<double>{10000, 10000});
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
