#include "cost/run_efficiency.h"

#include <catch2/catch.hpp>

namespace assay {
namespace {

using Catch::Contains;

// One product of 1000 x 1000 and one attention layer of width 2 x 10: 6e6 FLOPs of matrix products
// a token, 60 x seq_len of attention (full).
ModelSpec tiny_spec() {
  ModelSpec spec;
  spec.parameters = {
      .total = 1100000, .active_a = 1100000, .active_b = 0, .active_c = 0, .matmul = 1000000};
  spec.products = {{"w", LayerKind::kMlp, 1000, 1000, 1}};
  spec.attention = {{"attn", 1, 1, 5, 5, std::nullopt}};
  return spec;
}

// A warm-up step of 100 s, then two steps of 1 s with 1000 tokens each on two devices.
RunRecord small_run() {
  RunRecord record;
  record.manifests.resize(1);
  record.manifests[0].stages = {
      {.name = "pretrain", .num_steps = 3, .seq_len = 100, .tokens_per_step = 1000}};
  record.manifests[0].devices.resize(2);
  for (int i = 0; i < 3; ++i) {
    StepRecord step;
    step.stage = "pretrain";
    step.tokens = Tokens(1000);
    step.warmup = i == 0;
    step.profile.wall = Seconds(i == 0 ? 100 : 1);
    record.steps.push_back(step);
  }
  return record;
}

TEST_CASE("utilisation is model FLOPs over time, devices and ceiling, without warm-up") {
  RunRecord record = small_run();
  for (DeviceInfo& device : record.manifests[0].devices) {
    device.measured_ceiling_flops = 6e9;
    device.ceiling_dtype = "fp32";
  }
  const ModelSpec spec = tiny_spec();
  const RunEfficiency efficiency = run_efficiency(record, spec, nullptr);
  REQUIRE(efficiency.conventions.size() == 3);
  for (const Utilisation& row : efficiency.conventions) {
    const double per_token = flops_per_token(spec, row.convention, 100).value();
    CHECK(row.flops.value() == Approx(2000 * per_token));
    CHECK(row.achieved.value() == Approx(2000 * per_token / 2.0 / 2));
    CHECK(row.share.value() == Approx(2000 * per_token / 2.0 / 2 / 6e9));
  }
  CHECK(efficiency.conventions[2].flops.value() == Approx(2000 * 6.0 * 1100000));
}

TEST_CASE("hardware FLOPs count what was computed again, where the record says it") {
  RunRecord record = small_run();
  for (DeviceInfo& device : record.manifests[0].devices) device.measured_ceiling_flops = 6e9;
  const ModelSpec spec = tiny_spec();
  CHECK_FALSE(run_efficiency(record, spec, nullptr).hardware.has_value());
  const double causal = flops_per_token(spec, FlopConvention::kExactCausal, 100).value();
  const double attention = 2.0 * 10 * 50;  // forward: 50 keys of 5 + 5 features
  for (const auto& [name, again] :
       {std::pair{"none", 0.0}, {"attention", attention}, {"full", attention + 2e6}}) {
    INFO(name);
    record.manifests[0].recompute = name;
    const auto hardware = run_efficiency(record, spec, nullptr).hardware;
    REQUIRE(hardware.has_value());
    CHECK(hardware->flops.value() == Approx(2000 * (causal + again)));
    CHECK(hardware->share.value() == Approx(2000 * (causal + again) / 2.0 / 2 / 6e9));
  }
  record.manifests[0].recompute = "some";
  CHECK_THROWS_WITH(run_efficiency(record, spec, nullptr), Contains("\"some\""));
}

TEST_CASE("a measured ceiling is never called a peak") {
  RunRecord record = small_run();
  for (DeviceInfo& device : record.manifests[0].devices) device.measured_ceiling_flops = 1e9;
  const RunEfficiency efficiency = run_efficiency(record, tiny_spec(), nullptr);
  REQUIRE(efficiency.ceiling.has_value());
  CHECK_FALSE(efficiency.ceiling->is_peak);
  CHECK_THAT(efficiency.ceiling->name, Contains("measured_ceiling") && !Contains("peak"));
}

TEST_CASE("a device nobody knows has FLOP/s but no share") {
  const RunEfficiency efficiency = run_efficiency(small_run(), tiny_spec(), nullptr);
  CHECK_FALSE(efficiency.ceiling.has_value());
  REQUIRE(efficiency.conventions.size() == 3);
  CHECK_FALSE(efficiency.conventions[0].share.has_value());
  CHECK_THAT(efficiency.unavailable, Contains("not in the registry"));
}

TEST_CASE("the peak is dense bf16, or fp16 where bf16 is absent") {
  Device device;
  device.id = "v100";
  device.peak_flops["fp16"].measure.value = 125e12;
  device.peak_flops["fp8"].measure.value = 999e12;
  CHECK(rate_ceiling({}, &device)->rate.value() == 125e12);
  device.peak_flops["bf16"].measure.value = 5e12;
  const auto ceiling = rate_ceiling({}, &device);
  CHECK(ceiling->rate.value() == 5e12);
  CHECK(ceiling->is_peak);
  CHECK(ceiling->name == "v100 dense bf16 peak");
}

TEST_CASE("a run in fp8 has its share of the fp8 peak beside the utilisation of bf16") {
  Device device;
  device.id = "h";
  device.peak_flops["bf16"].measure.value = 1e9;
  RunRecord record = small_run();
  record.manifests[0].precision = "fp8";
  CHECK_FALSE(run_efficiency(record, tiny_spec(), &device).fp8.has_value());  // no such peak
  device.peak_flops["fp8"].measure.value = 2e9;
  const RunEfficiency efficiency = run_efficiency(record, tiny_spec(), &device);
  REQUIRE(efficiency.fp8.has_value());
  CHECK(efficiency.ceiling->name == "h dense bf16 peak");
  CHECK(efficiency.fp8->name == "h dense fp8 peak");
  CHECK(efficiency.fp8->share == Approx(efficiency.conventions[0].share.value() / 2));
  CHECK_FALSE(run_efficiency(record, tiny_spec(), nullptr).fp8.has_value());
  record.manifests[0].precision = "bf16";
  CHECK_FALSE(run_efficiency(record, tiny_spec(), &device).fp8.has_value());
}

TEST_CASE("a run on different devices has no share") {
  RunRecord record = small_run();
  for (DeviceInfo& device : record.manifests[0].devices) device.measured_ceiling_flops = 1e9;
  record.manifests[0].devices[1].name = "another";
  CHECK_THAT(run_efficiency(record, tiny_spec(), nullptr).unavailable,
             Contains("different devices"));
}

TEST_CASE("a run without a timed step has no utilisation") {
  RunRecord record = small_run();
  record.steps.resize(1);
  CHECK(run_efficiency(record, tiny_spec(), nullptr).unavailable == "no timed step");
}

}  // namespace
}  // namespace assay
