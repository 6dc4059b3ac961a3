#include "record/record_json.h"

#include <bit>
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <random>

#include "error/error.h"
#include "run_fixture.h"

namespace assay {
namespace {

using Catch::Contains;
using test::second_step;
using test::small_manifest;

StepRecord round_trip(const StepRecord& step) { return parse_step(to_json_line(step), "x:1"); }

TEST_CASE("a loss keeps its exact bits") {
  std::mt19937_64 random(7);
  for (int i = 0; i < 20000; ++i) {
    StepRecord step = second_step(1, 0);
    step.loss = std::bit_cast<double>(random());
    if (std::isnan(step.loss)) continue;
    REQUIRE(std::bit_cast<uint64_t>(round_trip(step).loss) == std::bit_cast<uint64_t>(step.loss));
  }
}

TEST_CASE("a loss that is not finite is kept as what it is") {
  StepRecord step = second_step(1, 0);
  step.loss = std::numeric_limits<double>::quiet_NaN();
  step.aux_loss = std::numeric_limits<double>::infinity();
  step.grad_norm = -std::numeric_limits<double>::infinity();
  const StepRecord read = round_trip(step);
  CHECK(std::isnan(read.loss));
  CHECK(read.aux_loss == step.aux_loss);
  CHECK(read.grad_norm == step.grad_norm);
}

TEST_CASE("every field of a step is read back") {
  StepRecord step = second_step(12, 1767323045.25);
  step.stage = "context \"extension\"\n";
  step.aux_loss = 0.01;
  step.grad_norm = 0.5;
  step.learning_rate = 3e-4;
  step.skipped = step.warmup = true;
  step.attempt = 2;
  step.profile.overlapped_comm = Seconds(0.125);
  step.profile.clock = StepClock::kCudaEvents;
  step.tokens_per_expert = {{1, 2, 3}, {4, 5, 6}};
  step.router = {{.layer = 3,
                  .load_entropy_nats = 1.01,
                  .score_entropy_nats = 0.3,
                  .max_violation = 0.5,
                  .mean_violation = 0.25,
                  .dropped = 7,
                  .bias = {-0.5, 0.125, 0}},
                 {}};
  const std::string line = to_json_line(step);
  CHECK(to_json_line(parse_step(line, "x:1")) == line);
  CHECK(line.find('\n') == std::string::npos);
  const auto json = nlohmann::json::parse(line);
  CHECK(json["schema_version"] == 1);
  CHECK(json["wall_s"] == 1.0);
  CHECK(json["phases_s"]["backward"] == 0.75);
  CHECK(json["tokens"].is_number_integer());
  CHECK(json["clock"] == "cuda_events");
  CHECK(json["router"][0]["layer"] == 3);
  CHECK(parse_step(line, "x:1").router[0].layer == 3);
}

TEST_CASE("keys that came later are not missed in older records") {
  StepRecord step = second_step(3, 0);
  step.router = {{.dropped = 1}};
  nlohmann::ordered_json json = nlohmann::ordered_json::parse(to_json_line(step));
  CHECK(json["router"][0]["dropped"] == 1);
  CHECK_FALSE(json["router"][0].contains("layer"));
  CHECK_FALSE(parse_step(json.dump(), "x:1").router[0].layer);
  json.erase("router");
  CHECK(parse_step(json.dump(), "x:1").router.empty());

  RunManifest manifest = small_manifest(0);
  manifest.routing = "forced_balance";
  manifest.expert_capacity_factor = 1.25;
  manifest.recompute = "full";
  json = nlohmann::ordered_json::parse(to_json_text(manifest));
  CHECK(json["routing"] == "forced_balance");
  CHECK(parse_manifest(json.dump(), "m").expert_capacity_factor == 1.25);
  CHECK(parse_manifest(json.dump(), "m").recompute == "full");
  json.erase("routing");
  json.erase("expert_capacity_factor");
  json.erase("recompute");
  CHECK(parse_manifest(json.dump(), "m").recompute.empty());
  CHECK(parse_manifest(json.dump(), "m").routing.empty());
  CHECK_FALSE(parse_manifest(json.dump(), "m").expert_capacity_factor.has_value());
}

TEST_CASE("what is not available is null") {
  CHECK_THAT(to_json_line(second_step(1, 0)), Contains("\"overlapped_comm_s\":null"));
  CHECK_THAT(to_json_line(RunEvent{}), Contains("\"duration_s\":null,\"value\":null"));
  CHECK_THAT(to_json_line(EnergySample{}), Contains("\"power_w\":null"));
}

TEST_CASE("energy samples and events are read back") {
  EnergySample sample{.time_unix_s = 5.5,
                      .source = "rapl",
                      .device_uuid = "package-0",
                      .energy = Joules(123.456),
                      .power = Watts(65),
                      .provenance = Provenance::kDerived};
  CHECK(to_json_line(parse_energy_sample(to_json_line(sample), "x:1")) == to_json_line(sample));
  RunEvent event = test::event("eval", 7, 9.5, 0.5);
  event.value = 1.25;
  event.message = "線 \x01";
  CHECK(to_json_line(parse_run_event(to_json_line(event), "x:1")) == to_json_line(event));
}

TEST_CASE("a generated sample that is not UTF-8 is still written") {
  RunEvent event = test::event("sample", 7, 9.5, -1);
  event.message = "ok \xff\xfe";
  CHECK(parse_run_event(to_json_line(event), "x:1").message == "ok \xEF\xBF\xBD\xEF\xBF\xBD");
}

TEST_CASE("a manifest is read back") {
  const std::string text = to_json_text(small_manifest(1767323045.25, 3));
  CHECK(to_json_text(parse_manifest(text, "manifest.json")) == text);
  CHECK(parse_manifest(text, "manifest.json").seed == 0xffffffffffffffffULL);
}

TEST_CASE("an unknown version is refused") {
  std::string line = to_json_line(second_step(1, 0));
  line.replace(line.find(":1"), 2, ":2");
  CHECK_THROWS_WITH(parse_step(line, "steps.jsonl:4"),
                    Contains("steps.jsonl:4") && Contains("schema_version 2"));
}

TEST_CASE("a broken record says where and what") {
  CHECK_THROWS_WITH(parse_step("{\"schema_version\":1,", "steps.jsonl:4"),
                    "[record] steps.jsonl:4:21: broken JSON");
  CHECK_THROWS_WITH(parse_manifest("{\n  \"schema_version\": ?\n}", "manifest.json"),
                    "[record] manifest.json:2:21: broken JSON");
  CHECK_THROWS_WITH(parse_step("[]", "s:1"), Contains("s:1"));
  CHECK_THROWS_WITH(parse_run_event(to_json_line(second_step(1, 0)), "s:1"),
                    "[record] s:1: kind is \"step\", not \"event\"");
  auto json = nlohmann::json::parse(to_json_line(second_step(1, 0)));
  json["step"] = "one";
  CHECK_THROWS_WITH(parse_step(json.dump(), "s:1"), "[record] s:1: \"step\" is not an integer");
  json["step"] = 18446744073709551615ULL;
  CHECK_THROWS_WITH(parse_step(json.dump(), "s:1"),
                    "[record] s:1: \"step\" is not an integer in range");
  json.erase("step");
  CHECK_THROWS_WITH(parse_step(json.dump(), "s:1"), "[record] s:1: missing key \"step\"");
}

TEST_CASE("a number beyond a double is an error with its place") {
  CHECK_THROWS_WITH(parse_step(R"({"step":5e555})", "steps.jsonl:4"),
                    "[record] steps.jsonl:4: a number is too large");
}

TEST_CASE("a key that is not known is left alone") {
  auto json = nlohmann::json::parse(to_json_line(second_step(3, 0)));
  json["later"] = 1;
  CHECK(parse_step(json.dump(), "s:1").step == 3);
}

}  // namespace
}  // namespace assay
