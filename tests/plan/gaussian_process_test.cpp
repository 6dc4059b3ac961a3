#include "plan/gaussian_process.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "error/error.h"

namespace assay {
namespace {

using Catch::Matchers::WithinAbs;

TEST_CASE("one point of a process gives the conditional normal of two") {
  // Unit variance, noise 0.25, correlation 0.5: mean = m + 0.5 / 1.25 (y - m), with m = y.
  const GaussianProcess one({1.25}, {2.0});
  const Prediction at = one.predict({0.5}, 1.25);
  CHECK_THAT(at.mean, WithinAbs(2.0, 1e-12));
  CHECK_THAT(at.deviation, WithinAbs(std::sqrt(1.25 - 0.25 / 1.25), 1e-12));
}

TEST_CASE("two points weigh by their covariance with the third") {
  // K = [[2, 1], [1, 2]], y = (1, -1): K^-1 y = (1, -1). A point like the first alone.
  const GaussianProcess two({2, 1, 1, 2}, {1, -1});
  const Prediction at = two.predict({2, 1}, 2);
  CHECK_THAT(at.mean, WithinAbs(1, 1e-12));  // it is the first point
  CHECK_THAT(at.deviation, WithinAbs(0, 1e-6));
  CHECK_THAT(two.log_likelihood(), WithinAbs(-0.5 * 2 - 0.5 * std::log(3.0), 1e-12));
}

TEST_CASE("a matrix that is no covariance is our bug") {
  CHECK_THROWS_AS(GaussianProcess({1, 2, 2, 1}, {0, 1}), InternalError);
}

}  // namespace
}  // namespace assay
