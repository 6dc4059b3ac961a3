#include "record/step_times.h"

#include <catch2/catch.hpp>

namespace assay {
namespace {

TEST_CASE("quantiles of few times are exact") {
  StepTimes times;
  CHECK_FALSE(times.quantile(0.5));
  for (const double t : {5.0, 1.0, 4.0, 2.0, 3.0}) times.add(Seconds(t));
  CHECK(times.quantile(0)->value() == 1.0);
  CHECK(times.quantile(0.5)->value() == 3.0);
  CHECK(times.quantile(0.95)->value() == 5.0);
}

TEST_CASE("quantiles of many times are within a class of 0.012 %") {
  StepTimes times;
  const auto count = static_cast<int64_t>(4 * StepTimes::kExact);
  // Every time between 0.1 and 0.1 + count microseconds once, in another order.
  for (int64_t i = 0; i < count; ++i) {
    times.add(Seconds(0.1 + 1e-6 * static_cast<double>((i * 7919) % count)));
  }
  CHECK(times.count() == count);
  for (const double share : {0.0, 0.05, 0.5, 0.95, 1.0}) {
    const double exact = 0.1 + 1e-6 * share * static_cast<double>(count - 1);
    CHECK(times.quantile(share)->value() == Approx(exact).epsilon(1.3e-4));
  }
}

TEST_CASE("equal times have exactly their own quantile, however many") {
  StepTimes times;
  for (size_t i = 0; i < 2 * StepTimes::kExact; ++i) times.add(Seconds(0.25));
  CHECK(times.quantile(0.5)->value() == 0.25);
}

}  // namespace
}  // namespace assay
