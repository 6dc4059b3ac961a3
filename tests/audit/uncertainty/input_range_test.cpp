#include "audit/uncertainty/input_range.h"

#include <catch2/catch.hpp>

#include <cmath>

namespace assay::audit {
namespace {

TEST_CASE("quantiles are those of the textbook") {
  CHECK(normal_quantile(0.5) == 0);
  CHECK(normal_quantile(0.975) == Approx(1.959963984540054).epsilon(1e-14));
  CHECK(normal_quantile(0.05) == Approx(-1.6448536269514722).epsilon(1e-14));
  CHECK(normal_quantile(1e-12) == Approx(-7.034483825301131).epsilon(1e-12));
  CHECK(quantile({Shape::kUniform, 2, 3, 4}, 0.25) == 2.5);
  CHECK(quantile({Shape::kTriangular, 0, 1, 2}, 0.125) == 0.5);
  CHECK(quantile({Shape::kTriangular, 0, 1, 2}, 0.875) == 1.5);
  CHECK(quantile({Shape::kTriangular, 0, 2, 2}, 0.25) == 1.0);
  CHECK(quantile({Shape::kFixed, 7, 7, 7}, 0.1) == 7);
}

TEST_CASE("the ends of a normal or lognormal interval are its 5th and 95th percentile") {
  CHECK(quantile({Shape::kNormal, 10, 15, 20}, 0.05) == Approx(10));
  CHECK(quantile({Shape::kNormal, 10, 15, 20}, 0.95) == Approx(20));
  CHECK(quantile({Shape::kLogNormal, 1, 2, 4}, 0.05) == Approx(1));
  CHECK(quantile({Shape::kLogNormal, 1, 2, 4}, 0.5) == Approx(2));
  CHECK(quantile({Shape::kLogNormal, 1, 2, 4}, 0.95) == Approx(4));
}

TEST_CASE("shapes have names, and an open one has no quantiles") {
  CHECK(shape_named("lognormal") == Shape::kLogNormal);
  CHECK_FALSE(shape_named("beta"));
  CHECK_FALSE(shape_named("fixed"));
  CHECK(to_string(Shape::kTriangular) == "triangular");
  CHECK(std::isnan(quantile({Shape::kOpen, 0, 1, 2}, 0.5)));
}

}  // namespace
}  // namespace assay::audit
