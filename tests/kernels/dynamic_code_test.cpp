#include "kernels/dynamic_code.h"

#include <catch2/catch.hpp>

#include <cmath>
#include <random>

#include "../golden/moments/code_tables.h"

using namespace assay::kernels::rows;

namespace {

/// Distance of x to the nearest number of a table from `first` on.
double least_distance(const std::array<double, 256>& table, size_t first, double x) {
  double least = 2;
  for (size_t i = first; i < table.size(); ++i) least = std::min(least, std::abs(table[i] - x));
  return least;
}

/// Numbers from 0 to 1, as many of each decade.
std::vector<float> magnitudes(int count) {
  std::mt19937 random(11);
  std::uniform_real_distribution<double> exponent(-9, 0);
  std::vector<float> list{0.0F, 1.0F, 1e-30F, 5e-7F, 0.99999994F};
  for (int i = 0; i < count; ++i) {
    list.push_back(static_cast<float>(std::pow(10.0, exponent(random))));
  }
  return list;
}

}  // namespace

TEST_CASE("the codes' numbers are those of bitsandbytes") {
  for (size_t code = 0; code < 256; ++code) {
    INFO(code);
    CHECK(static_cast<double>(kFirstMomentValues[code]) == Approx(kSignedCode[code]).epsilon(2e-7));
    CHECK(static_cast<double>(kSecondMomentSteps.values[code]) ==
          Approx(kUnsignedCode[code]).epsilon(2e-7));
  }
}

TEST_CASE("a first moment gets the code of the nearest number, with its sign") {
  for (const float magnitude : magnitudes(20000)) {
    for (const float x : {magnitude, -magnitude}) {
      INFO(x);
      const double value = static_cast<double>(kFirstMomentValues[first_moment_code(x)]);
      const double x_wide = static_cast<double>(x);
      CHECK(std::abs(value - x_wide) <=
            least_distance(kSignedCode, 0, x_wide) + 5e-7 * std::abs(x_wide));
      CHECK(value * x_wide >= 0);
    }
  }
}

TEST_CASE("a second moment gets the nearest number above zero, unless it is zero") {
  CHECK(second_moment_code(0.0F) == 0);
  for (const float x : magnitudes(20000)) {
    if (x == 0.0F) continue;
    INFO(x);
    const uint8_t code = second_moment_code(x);
    const double x_wide = static_cast<double>(x);
    CHECK(code > 0);
    CHECK(std::abs(static_cast<double>(kSecondMomentSteps.values[code]) - x_wide) <=
          least_distance(kUnsignedCode, 1, x_wide) + 5e-7 * x_wide);
  }
}

TEST_CASE("every number of the tables has its own code") {
  for (int code = 0; code < 256; ++code) {
    const auto at = static_cast<size_t>(code);
    CHECK(first_moment_code(kFirstMomentValues[at]) == code);
    CHECK(second_moment_code(kSecondMomentSteps.values[at]) == code);
  }
}
