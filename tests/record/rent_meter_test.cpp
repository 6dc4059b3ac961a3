#include "record/rent_meter.h"

#include <catch2/catch.hpp>

namespace assay {
namespace {

RentMeter two_devices_at_1800_an_hour() {
  return RentMeter({.per_device_hour = {1800, "USD", ""},
                    .num_devices = 2,
                    .started_unix_s = 100,
                    .before = 7,
                    .planned_steps = 10});
}

TEST_CASE("rent so far is that of earlier processes and of the time held on all devices") {
  const RentMeter rent = two_devices_at_1800_an_hour();
  CHECK(rent.so_far(100).amount == Approx(7));
  CHECK(rent.so_far(103).amount == Approx(7 + 3));
  CHECK(rent.so_far(103).currency == "USD");
  CHECK(rent.so_far(90).amount == Approx(7));
}

TEST_CASE("the projection spends on each step left what this process's steps took") {
  RentMeter rent = two_devices_at_1800_an_hour();
  CHECK_FALSE(rent.projected());
  rent.step_ended(5, 106, Seconds(1));  // begun at 105
  CHECK(rent.projected()->amount == Approx(7 + 6 + 5 * 1));
  rent.step_ended(6, 109, Seconds(1));  // an evaluation of 2 s stood between them
  CHECK(rent.projected()->amount == Approx(7 + 9 + 4 * 2));
  rent.step_ended(10, 113, Seconds(1));
  CHECK(rent.projected()->amount == Approx(7 + 13));
}

TEST_CASE("steps beyond the plan make the projection no smaller than what was spent") {
  RentMeter rent = two_devices_at_1800_an_hour();
  rent.step_ended(12, 110, Seconds(1));
  CHECK(rent.projected()->amount == Approx(rent.so_far(110).amount));
}

}  // namespace
}  // namespace assay
