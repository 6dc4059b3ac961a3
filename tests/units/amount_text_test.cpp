#include "units/amount_text.h"

#include <catch2/catch.hpp>

namespace assay {

TEST_CASE("thousands are set apart by commas, before the point alone") {
  CHECK(with_thousands("999") == "999");
  CHECK(with_thousands("1000") == "1,000");
  CHECK(with_thousands("-1234567.8901") == "-1,234,567.8901");
  CHECK(with_thousands("-100") == "-100");
  CHECK(with_thousands("").empty());
}

TEST_CASE("the ends of one range read alike") {
  CHECK(amount_text(5013.4) == "5,013");
  CHECK(amount_text(16087.2) == "16,087");
  CHECK(amount_text(273.64) == "273.6");
  CHECK(amount_text(1017.8) == "1,018");
  CHECK(amount_text(999.96) == "1,000");
  CHECK(amount_text(999.94) == "999.9");
  CHECK(amount_text(18.876) == "18.88");
  CHECK(amount_text(0) == "0");
}

TEST_CASE("what is too large for digits has a short exponent") {
  CHECK(amount_text(3.7072e24) == "3.707e24");
  CHECK(amount_text(14.8e12) == "14,800,000,000,000");
}

}  // namespace assay
