#include "plan/run_plan.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

namespace assay {
namespace {

using Catch::Contains;

PlanInput input() {
  PlanInput plan;
  plan.spec.parameters = {
      .total = 1000, .active_a = 800, .active_b = 700, .active_c = 600, .matmul = 600};
  plan.spec.products = {{"w", LayerKind::kMlp, 20, 30, 1}};
  plan.spec.vocab_size = 256;
  plan.stages = {{.name = "pretrain", .num_steps = 10, .seq_len = 8, .tokens_per_step = 100}};
  plan.num_devices = 2;
  plan.memory = {.weights = Bytes(4000),
                 .moments = Bytes(8000),
                 .gradients = Bytes(4000),
                 .activations = Bytes(100000),
                 .transient = Bytes(2400),
                 .moment = "head"};
  return plan;
}

bool unknown(const RunPlan& plan, const std::string& what) {
  return std::any_of(plan.not_known.begin(), plan.not_known.end(),
                     [&](const std::string& line) { return line.find(what) != std::string::npos; });
}

TEST_CASE("a plan without measurement has no time and no money") {
  const RunPlan plan = plan_run(input());
  CHECK(plan.tokens.value() == 1000);
  CHECK(plan.memory.total().value() == 118400);
  CHECK(plan.flops.at(FlopConvention::kSixNd).value() == 6.0 * 800 * 1000);
  CHECK_FALSE(plan.cost.has_value());
  CHECK_FALSE(plan.memory_share.has_value());
  CHECK(unknown(plan, "time"));
  CHECK(unknown(plan, "money"));
  CHECK(unknown(plan, "memory of the device"));
  CHECK(nlohmann::json::parse(to_json(plan))["cost"].is_null());
}

TEST_CASE("a ceiling gives the least time and money") {
  PlanInput with = input();
  with.ceiling = RateCeiling{FlopsPerSecond(1e3), false, "measured_ceiling (fp32)", ""};
  with.rent = parse_rent("3.6 USD/gpu_h", "config", Provenance::kAssumed);
  const RunPlan plan = plan_run(with);
  REQUIRE(plan.cost.has_value());
  CHECK(plan.cost->is_lower_bound);
  const double seconds = plan.flops.at(FlopConvention::kExactCausal).value() / 2e3;
  CHECK(plan.cost->wall.value() == Approx(seconds));
  CHECK(plan.cost->device_hours.value() == Approx(2 * seconds / 3600));
  CHECK(plan.cost->rent->amount == Approx(2 * seconds / 1000));
  CHECK_THAT(to_text(plan), Contains("at least") && Contains("measured_ceiling"));
}

TEST_CASE("a measured throughput gives a projection and comes before a ceiling") {
  PlanInput with = input();
  with.ceiling = RateCeiling{FlopsPerSecond(1e3), false, "measured_ceiling (fp32)", ""};
  with.throughput = {TokensPerSecond(50), std::nullopt, Provenance::kMeasured, "run x"};
  with.device_memory = Bytes(236800);
  const RunPlan plan = plan_run(with);
  CHECK_FALSE(plan.cost->is_lower_bound);
  CHECK(plan.cost->wall.value() == 20.0);
  CHECK_FALSE(plan.cost->rent.has_value());
  CHECK(plan.memory_share.value() == Approx(0.5));
  const auto json = nlohmann::json::parse(to_json(plan));
  CHECK(json["cost"]["wall_s"] == 20.0);
  CHECK(json["cost"]["rent"].is_null());
}

TEST_CASE("a plan says what the peak is made of and whether it fits") {
  PlanInput with = input();
  with.free_memory = Bytes(118400);
  CHECK_THAT(to_text(plan_run(with)), Contains("predicted peak  0.1 MiB (at the head)") &&
                                          Contains("activations     0.1 MiB") &&
                                          !Contains("does not fit"));
  with.free_memory = Bytes(118399);
  CHECK_THAT(to_text(plan_run(with)), Contains("does not fit"));
  const auto json = nlohmann::json::parse(to_json(plan_run(with)));
  CHECK(json["predicted_memory"]["peak_bytes"] == 118400);
  CHECK(json["predicted_memory"]["moment"] == "head");
  CHECK(json["free_memory_bytes"] == 118399);
  CHECK(nlohmann::json::parse(to_json(plan_run(input())))["free_memory_bytes"].is_null());
}

}  // namespace
}  // namespace assay
