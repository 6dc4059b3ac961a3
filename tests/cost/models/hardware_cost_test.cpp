#include "cost/models/hardware_cost.h"

#include <catch2/catch.hpp>

#include "cost/models/electricity.h"

namespace assay {
namespace {

constexpr HardwareInputs kA100{.device_price = 15e3,
                               .server_overhead = 1.66,
                               .interconnect_share = 0.19,
                               .decline_per_year = 0.14,
                               .years_owned = 0};

TEST_CASE("25,000 A100 cost what Epoch gives as GPT-4's acquisition") {
  CHECK(installed_price(kA100) == Approx(30741).margin(1));
  // Published: 778 million dollars (model_costs.csv).
  CHECK(acquisition_cost(25e3, kA100) == Approx(778e6).epsilon(0.02));
}

TEST_CASE("amortisation takes 32 percent of the value in the first year") {
  const double first = amortised_cost(GpuHours(365.25 * 24), kA100) / installed_price(kA100);
  CHECK(first == Approx(0.14 * 2.302585093).epsilon(1e-9));
  HardwareInputs later = kA100;
  later.years_owned = 1 / 0.14;
  CHECK(amortised_cost(GpuHours(1), later) / amortised_cost(GpuHours(1), kA100) == Approx(0.1));
}

TEST_CASE("ownership is capital over the used hours plus what runs") {
  // 50,000 dollars over four years at full use: 50,000 / 35,064 hours.
  CHECK(ownership_cost(GpuHours(1), {50e3, 4, 1, 0}) == Approx(1.425964).epsilon(1e-6));
  CHECK(ownership_cost(GpuHours(10), {50e3, 4, 0.5, 0.2}) == Approx(10 * (2 * 1.425964 + 0.2)));
}

TEST_CASE("V3's electricity is about 0.275 million dollars") {
  const double kwh = run_kwh(GpuHours(2.788e6), {0.7, 1.82, 0.75, 1.25});
  CHECK(kwh * 0.0826 == Approx(0.275e6).epsilon(0.002));
}

TEST_CASE("GPT-3's published energy and carbon follow from Patterson's inputs") {
  // 14.8 days on 10,000 V100 at 330 W with host, PUE 1.1: 1287 MWh; 0.429 kg/kWh: 552.1 t.
  const double kwh = run_kwh(gpu_hours(10e3, Seconds(14.8 * 86400)), {0.33, 1, 1, 1.1});
  CHECK(kwh == Approx(1287e3).epsilon(0.003));
  CHECK(run_tonnes_co2e(1287e3, 0.429) == Approx(552.1).epsilon(1e-4));
}

TEST_CASE("a prediction from parameters and tokens gives hours at the stated efficiency") {
  const PredictedInputs gpt3{175e9, 300e9, 125e12, 0.1971, 0.33, 1.1};
  CHECK(predicted_hours(gpt3).value() == Approx(3.15e23 / (125e12 * 0.1971) / 3600));
  CHECK(predicted_kwh(gpt3) == Approx(1287e3).epsilon(0.01));
}

}  // namespace
}  // namespace assay
