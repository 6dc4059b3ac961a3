#include "record/metered_time.h"

#include <catch2/catch.hpp>

#include "run_fixture.h"

namespace assay {
namespace {

EnergySample at(double time, std::string device = "GPU-1", int attempt = 0) {
  return {.time_unix_s = time,
          .source = "nvml_counter",
          .device_uuid = std::move(device),
          .attempt = attempt};
}

TEST_CASE("a step counts by its part between the first and the last reading") {
  const MeteredTime metered(add_up({at(100), at(105), at(110)}));
  CHECK(metered.share(test::second_step(1, 105)) == 1);
  CHECK(metered.share(test::second_step(1, 100.25)) == Approx(0.25));
  CHECK(metered.share(test::second_step(1, 110.25)) == Approx(0.75));
  CHECK(metered.share(test::second_step(1, 112)) == 0);
}

TEST_CASE("a device that was lost ends the time for all, and each process has its own") {
  const MeteredTime metered(add_up({at(100), at(100, "GPU-2"), at(105, "GPU-2"), at(110),
                                    at(200, "GPU-1", 1), at(210, "GPU-1", 1)}));
  CHECK(metered.share(test::second_step(1, 105)) == 1);
  CHECK(metered.share(test::second_step(1, 107)) == 0);
  StepRecord later = test::second_step(1, 205);
  CHECK(metered.share(later) == 0);
  later.attempt = 1;
  CHECK(metered.share(later) == 1);
  CHECK(MeteredTime(EnergyTotals()).share(later) == 0);
}

}  // namespace
}  // namespace assay
