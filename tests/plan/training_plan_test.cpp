#include "plan/training_plan.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <string>

#include "error/error.h"
#include "planned.h"

namespace assay {
namespace {

using Catch::Contains;
using test::figure;
using test::llama;
using test::plan;

TEST_CASE("time, hours, throughput and utilisation are one number seen four ways") {
  const TrainingPlan made = plan(llama());
  const double hours = *figure(made, "device_hours").value;
  CHECK(*figure(made, "throughput").value * hours * 3600 == Approx(1e12));
  CHECK(*figure(made, "time").value * 24 * 64 == Approx(hours));
  CHECK(*made.mfu == Approx(made.flops / (hours * 3600 * 989.4e12)));
  CHECK(figure(made, "time").low < *figure(made, "time").value);
  CHECK(figure(made, "time").high > *figure(made, "time").value);
}

TEST_CASE("a whole run takes longer than its steady steps, by what published ones took") {
  const TrainingPlan made = plan(llama());
  const PlannedFigure steady = figure(made, "device_hours");
  const PlannedFigure whole = figure(made, "whole_run_device_hours");
  const Band& band = test::shipped_registry().band("plan-whole-run");
  CHECK(whole.low == Approx(*steady.value * band.low));
  CHECK(whole.high == Approx(*steady.value * band.high));
  CHECK(*whole.value > *steady.value);
  CHECK(whole.provenance == Provenance::kAssumed);
  CHECK(*figure(made, "whole_run_time").value * 24 * 64 == Approx(*whole.value));
  TrainingRequest named = llama();
  named.price = "2 USD/gpu_h";
  const PlannedFigure money = figure(plan(named), "whole_run_money");
  CHECK(*money.value == Approx(2 * *whole.value));
  CHECK(money.high == Approx(2 * whole.high));
  TrainingRequest unsure = llama();
  unsure.device = "mi300x";
  const PlannedFigure slow = figure(plan(unsure), "device_hours");
  const PlannedFigure slower = figure(plan(unsure), "whole_run_device_hours");
  CHECK(slower.high / *slower.value == Approx(slow.high / *slow.value));
  CHECK(slower.high > slow.high);
}

TEST_CASE("what no published run resembles is a warning; what one resembles is none") {
  CHECK(plan(llama()).warnings.empty());
  const auto warned = [](const TrainingRequest& request, const std::string& what) {
    for (const std::string& warning : plan(request).warnings) {
      if (warning.find(what) != std::string::npos) return true;
    }
    return false;
  };
  TrainingRequest many = llama();
  many.num_devices = 10'000'000;
  CHECK(warned(many, "10000000 devices"));
  CHECK(warned(many, "sequences a device"));
  TrainingRequest longest = llama();
  longest.seq_len = 100'000'000;
  CHECK(warned(longest, "the model's longest is"));
  TrainingRequest wide = llama();
  wide.precision = "fp32";
  CHECK(warned(wide, "no published run is in fp32"));
}

TEST_CASE("more devices than anybody published, other sizes and other chips are warned of") {
  const auto warned = [](const TrainingRequest& request, const std::string& what) {
    for (const std::string& warning : plan(request).warnings) {
      if (warning.find(what) != std::string::npos) return true;
    }
    return false;
  };
  TrainingRequest many = llama();
  many.num_devices = 16'384;
  CHECK(warned(many, "16384 devices"));
  TrainingRequest older = llama();
  older.device = "v100-sxm2";
  older.precision = "fp16";
  CHECK(warned(older, "no published run is on volta"));
  TrainingRequest large = llama();
  large.model = "llama-3.1-405b";
  large.num_devices = 2048;
  CHECK_FALSE(warned(large, "FLOP a token"));
  TrainingRequest small = llama();
  small.model = "gpt-2-124m";
  small.seq_len = 1024;
  CHECK_FALSE(warned(small, "FLOP a token"));
}

TEST_CASE("what does not fit has no time and no money, but a number of devices that would do") {
  TrainingRequest tight = llama();
  tight.model = "llama-3.1-405b";
  tight.device = "rtx-4090";
  tight.num_devices = 8;
  const TrainingPlan made = plan(tight);
  CHECK_FALSE(made.layout);
  for (const PlannedFigure& one : made.figures) CHECK_FALSE(one.value);
  CHECK_THAT(figure(made, "money").basis, Contains("does not fit in the memory of 8 x rtx-4090"));
  REQUIRE(made.fits_from);
  tight.num_devices = *made.fits_from;
  CHECK(plan(tight).layout);
  CHECK(nlohmann::json::parse(plan_json(made, "hash"))["memory"]["fits_from_devices"] ==
        *made.fits_from);
}

TEST_CASE("a kind of device that nobody published has no efficiency, another vendor a wide one") {
  TrainingRequest cpu = llama();
  cpu.device = "tpu-v5p";
  const TrainingPlan none = plan(cpu);
  CHECK_FALSE(none.efficiency);
  CHECK_FALSE(none.mfu);
  CHECK_THAT(figure(none, "time").basis, Contains("no published training speed is of a tpu"));
  CHECK(nlohmann::json::parse(plan_json(none, "hash"))["efficiency"]["median"].is_null());
  CHECK_THAT(plan_text(none), Contains("efficiency              not available"));
  TrainingRequest amd = llama();
  amd.device = "mi300x";
  const TrainingPlan wide = plan(amd);
  const TrainingPlan known = plan(llama());
  REQUIRE(wide.efficiency);
  CHECK(wide.efficiency->low < 0.5 * known.efficiency->low);
  CHECK_THAT(wide.warnings.front(), Contains("no published run is on AMD's devices"));
}

ProbeRecord timed_layers() {
  ProbeRecord probe;
  probe.model = "llama-3.1-8b";
  probe.device = "h100-sxm";
  probe.device_kind = "cuda";
  probe.device_name = "NVIDIA H100 80GB HBM3";
  probe.precision = "bf16";
  probe.seq_len = 8192;
  probe.device_seconds_per_token = {1.25e-4, Bounds<double>{1.0e-4, 2.0e-4}, Provenance::kMeasured,
                                    "probe.json"};
  return probe;
}

TEST_CASE("measured layers stand in place of published speeds") {
  TrainingRequest with = llama();
  with.probe = timed_layers();
  const TrainingPlan made = plan(with);
  const PlannedFigure rate = figure(made, "throughput");
  CHECK(*rate.value == Approx(8000));
  CHECK(rate.low == Approx(5000));
  CHECK(rate.high == Approx(10000));
  CHECK_THAT(rate.basis, Contains("NVIDIA H100 80GB HBM3"));
  const auto refused = [&](auto change) {
    TrainingRequest other = with;
    change(*other.probe);
    return other;
  };
  CHECK_THROWS_WITH(plan(refused([](auto& p) { p.model = "gpt-2-124m"; })),
                    Contains("the probe is of model gpt-2-124m"));
  CHECK_THROWS_WITH(plan(refused([](auto& p) { p.width_divisor = 4; })), Contains("no evidence"));
  CHECK_THROWS_WITH(plan(refused([](auto& p) { p.device = "h20"; })), Contains("device h20"));
  CHECK_THROWS_AS(plan(refused([](auto& p) { p.precision = "fp32"; })), DataError);
  CHECK_THROWS_AS(plan(refused([](auto& p) { p.seq_len = 4096; })), DataError);
}

TEST_CASE("an own MFU gives the hours that follow from it, and says that it was assumed") {
  TrainingRequest own = llama();
  own.mfu = 0.4;
  const TrainingPlan made = plan(own);
  CHECK(*figure(made, "device_hours").value == Approx(made.flops / (0.4 * 989.4e12) / 3600));
  CHECK(figure(made, "time").provenance == Provenance::kAssumed);
  CHECK(made.warnings.empty());
  CHECK(made.rests_on.empty());
  TrainingRequest tpu = own;  // nobody published a speed there, but its peak is known
  tpu.device = "tpu-v5p";
  CHECK(figure(plan(tpu), "device_hours").value);
  for (const double mfu : {0.0, -0.4, 1.01, 40.0}) {
    own.mfu = mfu;
    CHECK_THROWS_WITH(plan(own), Contains("--mfu is a share of the peak"));
  }
}

TEST_CASE("an MFU above every published run's is warned of, one below is not") {
  const auto first_warning = [](double mfu) {
    TrainingRequest request = llama();
    request.mfu = mfu;
    const TrainingPlan made = plan(request);
    return made.warnings.empty() ? std::string() : made.warnings.front();
  };
  // llmq's Qwen2.5-7B reached 60 % in bf16 on an H100.
  CHECK_THAT(first_warning(0.62), Contains("an MFU of 62.0 % in bf16: published runs on h100-sxm"));
  CHECK_THAT(first_warning(0.62), Contains("qwen2.5-7b-h100-bf16"));
  CHECK(first_warning(0.58).empty());
  TrainingRequest older = llama();  // no run on it: the architecture's, else anybody's
  older.device = "h20";
  older.mfu = 0.7;
  CHECK_THAT(plan(older).warnings.front(), Contains("on hopper"));
}

TEST_CASE("a speed above the roofline is warned of") {
  TrainingRequest own = llama();
  own.mfu = 1.0;
  const std::vector<std::string> warnings = plan(own).warnings;
  CHECK(std::any_of(warnings.begin(), warnings.end(), [](const std::string& warning) {
    return warning.starts_with("faster than the roofline");
  }));
  TrainingRequest probed = llama();
  probed.probe = timed_layers();
  CHECK(plan(probed).warnings.empty());
  probed.probe->device_seconds_per_token = {1e-6, Bounds<double>{1e-6, 1e-6}, Provenance::kMeasured,
                                            "probe.json"};
  CHECK_FALSE(plan(probed).warnings.empty());
}

TEST_CASE("a plan names the published runs that it rests on, with their sources") {
  const TrainingPlan made = plan(llama());
  CHECK(made.rests_on.size() == made.num_known);
  TrainingRequest chosen = llama();
  chosen.software = "torchtitan-compile";
  const TrainingPlan narrow = plan(chosen);
  CHECK(narrow.rests_on.size() == narrow.num_like);
  CHECK_THAT(plan_text(narrow), Contains("llama-3.1-8b-h100-bf16-compiled ["));
  CHECK(nlohmann::json::parse(plan_json(narrow, "hash"))["published_runs"].size() ==
        narrow.num_like);
}

TEST_CASE("twice the devices take half the time and the same hours") {
  TrainingRequest twice = llama();
  twice.num_devices = 128;
  CHECK(*figure(plan(twice), "time").value == Approx(*figure(plan(llama()), "time").value / 2));
  CHECK(*figure(plan(twice), "device_hours").value ==
        Approx(*figure(plan(llama()), "device_hours").value));
}

TEST_CASE("energy and carbon follow from the hours, the rated power and the grid") {
  TrainingRequest with = llama();
  CHECK_FALSE(figure(plan(with), "carbon").value.has_value());
  with.grid = "fr-2023";
  const TrainingPlan made = plan(with);
  const double mwh = *figure(made, "energy").value;
  const double hours = *figure(made, "device_hours").value;
  CHECK(mwh == Approx(hours * 700e-6 * std::sqrt(1.2 * 2.2)));
  CHECK(*figure(made, "carbon").value == Approx(mwh * 0.056).epsilon(0.001));
}

TEST_CASE("what was filled in is said, in text and JSON") {
  TrainingRequest open = llama();
  open.seq_len = 0;
  const TrainingPlan made = plan(open);
  CHECK(made.request.seq_len == 4096);
  CHECK_THAT(plan_text(made), Contains("assumed                 sequences of 4096 tokens"));
  const auto json = nlohmann::json::parse(plan_json(made, "hash"));
  CHECK(json["assumptions"].size() == 2);
  CHECK(json["figures"]["carbon"]["value"].is_null());
  CHECK(json["figures"]["carbon"]["low"].is_null());
  CHECK(json["figures"]["time"]["level"] == 0.9);
  CHECK(json["memory"]["fits"] == true);
}

TEST_CASE("unknown names, impossible numbers and shapes that nobody published are refused") {
  const auto with = [](auto change) {
    TrainingRequest request = llama();
    change(request);
    return request;
  };
  CHECK_THROWS_WITH(plan(with([](auto& r) { r.model = "lama-3.1-8b"; })),
                    Contains("nearest known: \"llama-3.1-8b\""));
  CHECK_THROWS_AS(plan(with([](auto& r) { r.device = "h101"; })), DataError);
  CHECK_THROWS_AS(plan(with([](auto& r) { r.model = "gpt-4"; })), DataError);
  CHECK_THROWS_AS(plan(with([](auto& r) { r.precision = "fp4"; })), DataError);
  CHECK_THROWS_AS(plan(with([](auto& r) { r.grid = "atlantis"; })), DataError);
  CHECK_THROWS_AS(plan(with([](auto& r) { r.tokens = 0; })), ConfigError);
  CHECK_THROWS_AS(plan(with([](auto& r) { r.num_devices = 0; })), ConfigError);
  CHECK_THROWS_AS(plan(with([](auto& r) { r.price = "2"; })), ConfigError);
  CHECK_THROWS_AS(plan(with([](auto& r) { r.price = "2 USD"; })), ConfigError);
  CHECK_THROWS_WITH(plan(with([](auto& r) { r.software = "megatron-bridg"; })),
                    Contains("nearest known: \"megatron-bridge\""));
}

}  // namespace
}  // namespace assay
