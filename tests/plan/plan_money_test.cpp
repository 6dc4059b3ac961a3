#include "plan/plan_money.h"

#include <catch2/catch.hpp>
#include <string>

#include "error/error.h"
#include "planned.h"

namespace assay {
namespace {

using Catch::Contains;
using test::figure;
using test::llama;
using test::plan;

TEST_CASE("money is the hours at the named price; the registry's price is said to be assumed") {
  TrainingRequest named = llama();
  named.price = "2 USD/gpu_h";
  const TrainingPlan made = plan(named);
  CHECK(*figure(made, "money").value == Approx(2 * *figure(made, "device_hours").value));
  const PlannedFigure market = figure(plan(llama()), "money");
  CHECK(market.provenance == Provenance::kAssumed);
  CHECK_THAT(market.basis, Contains("h100-sxm-market-2026"));
  CHECK(market.high / market.low > figure(made, "money").high / figure(made, "money").low);
}

TEST_CASE("a price of the registry is taken by its id, of the plan's device alone") {
  TrainingRequest named = llama();
  named.price = "h100-sxm-market-2026";
  CHECK_THAT(figure(plan(named), "money").basis, Contains("h100-sxm-market-2026"));
  named.price = "h100-sxm-market-2027";
  CHECK_THROWS_WITH(plan(named), Contains("unknown price") && Contains("h100-sxm-market-202"));
  named.price = "h100-pcie-market-2025";
  CHECK_THROWS_WITH(plan(named), Contains("is a price of h100-pcie, not of h100-sxm"));
}

TEST_CASE("a device without a price has hours only") {
  TrainingRequest with = llama();
  with.device = "a100-40gb-pcie";
  const PlannedFigure money = figure(plan(with), "money");
  CHECK_FALSE(money.value.has_value());
  CHECK_THAT(money.basis, Contains("--price"));
}

TEST_CASE("a price that is neither an amount nor an id is refused with the form of one") {
  TrainingRequest named = llama();
  named.price = "USD 2/gpu_h";
  CHECK_THROWS_AS(plan(named), ConfigError);
}

}  // namespace
}  // namespace assay
