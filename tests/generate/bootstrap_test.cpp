#include "generate/bootstrap.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

#include "data/philox.h"

using assay::bootstrap_interval;
using assay::RatioUnit;

namespace {

/// 400 normal numbers by Box and Muller, of mean 10 and deviation 2.
std::vector<RatioUnit> normal_units() {
  std::vector<RatioUnit> units;
  for (uint64_t i = 0; i < 400; ++i) {
    const double u = assay::data::uniform_unit(assay::data::random_block(1, 2, 2 * i));
    const double v = assay::data::uniform_unit(assay::data::random_block(1, 2, 2 * i + 1));
    units.push_back({10 + 2 * std::sqrt(-2 * std::log(1 - u)) * std::cos(2 * M_PI * v), 1});
  }
  return units;
}

}  // namespace

TEST_CASE("the interval of a mean is that of the normal distribution") {
  const auto units = normal_units();
  const double mean = ratio_of(units);
  const auto interval = bootstrap_interval(units, {.num_resamples = 4000, .seed = 1});
  REQUIRE(interval);
  const double half = 1.645 * 2 / std::sqrt(400.0);
  CHECK(interval->low == Approx(mean - half).margin(0.03));
  CHECK(interval->high == Approx(mean + half).margin(0.03));
}

TEST_CASE("a ratio of sums weighs its units by their denominators") {
  const std::vector<RatioUnit> units{{10, 1}, {0, 9}};
  CHECK(ratio_of(units) == Approx(1.0));
}

TEST_CASE("an interval depends on the seed alone, and there is none of a single unit") {
  const auto units = normal_units();
  const auto first = bootstrap_interval(units, {.num_resamples = 100, .seed = 1});
  CHECK(first == bootstrap_interval(units, {.num_resamples = 100, .seed = 1}));
  CHECK(first != bootstrap_interval(units, {.num_resamples = 100, .seed = 2}));
  CHECK(!bootstrap_interval(std::span(units).first(1), {}));
  CHECK(!bootstrap_interval(units, {.num_resamples = 0}));
}
