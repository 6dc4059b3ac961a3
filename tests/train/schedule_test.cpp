#include "train/schedule.h"

#include <catch2/catch.hpp>

#include <cmath>

namespace {

using assay::learning_rate;
using assay::ScheduleConfig;

const ScheduleConfig kSchedule{.lr = 1e-3, .min_lr = 1e-4, .warmup_steps = 100};

TEST_CASE("the rate warms up in a line and is never zero") {
  CHECK(learning_rate(kSchedule, 1, 2000) == Approx(1e-3 / 101));
  CHECK(learning_rate(kSchedule, 50, 2000) == Approx(1e-3 * 50 / 101));
}

TEST_CASE("the rate peaks after the warm-up and falls along half a cosine to the floor") {
  CHECK(learning_rate(kSchedule, 101, 2000) == Approx(1e-3));
  CHECK(learning_rate(kSchedule, 1051, 2000) == Approx((1e-3 + 1e-4) / 2));
  CHECK(learning_rate(kSchedule, 2000, 2000) > 1e-4);
  CHECK(learning_rate(kSchedule, 2000, 2000) == Approx(1e-4).epsilon(1e-4));
  CHECK(learning_rate(kSchedule, 2001, 2000) == 1e-4);
}

TEST_CASE("decay_steps ends the cosine before the run ends") {
  ScheduleConfig schedule = kSchedule;
  schedule.decay_steps = 500;
  CHECK(learning_rate(schedule, 501, 2000) == 1e-4);
  CHECK(learning_rate(schedule, 1999, 2000) == 1e-4);
}

}  // namespace
