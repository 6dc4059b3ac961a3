#include "record/probe_record.h"

#include <unistd.h>
#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "error/error.h"

namespace assay {
namespace {

using Catch::Matchers::Contains;

ProbeRecord small_probe() {
  ProbeRecord probe{.created_utc = "2026-11-22T08:00:00Z",
                    .code_version = "0.1",
                    .model = "olmoe-1b-7b",
                    .model_toml = "family = \"olmoe\"\n",
                    .device = "h100-sxm",
                    .device_kind = "cuda",
                    .device_name = "NVIDIA H100 80GB HBM3",
                    .clock = "cuda_events",
                    .precision = "bf16",
                    .routing = "balanced",
                    .seq_len = 4096,
                    .micro_batch = 2,
                    .tokens = 8192,
                    .warmup = 3,
                    .repeats = 20,
                    .experts_held = 8,
                    .slice_parameters = 1000,
                    .needed_bytes = 2e9};
  probe.layout = {.expert = 8, .batch_tokens = 4e6, .source = "options"};
  probe.notes = {"a note"};
  probe.layers = {{.name = "attention",
                   .count = 16,
                   .forward = Seconds(0.001),
                   .backward = Seconds(0.002),
                   .low = Seconds(0.0029),
                   .high = Seconds(0.0032)}};
  probe.accumulate = {100, Seconds(1e-5), Seconds(1e-5), Seconds(2e-5)};
  probe.optimizer = {100, Seconds(3e-5), Seconds(2e-5), Seconds(4e-5)};
  probe.lines = {{.name = "attention", .value = 1e-6, .low = 0.5e-6, .high = 2e-6},
                 {.name = "communication of experts",
                  .value = 1e-7,
                  .low = 0,
                  .high = 2e-7,
                  .scaling = ProbeScaling::kInterconnect,
                  .provenance = Provenance::kAssumed,
                  .basis = "a formula"}};
  probe.missing = {"optimizer: the tokens of a step are not known"};
  probe.device_seconds_per_token = {1.1e-6, Bounds<double>{0.5e-6, 2.2e-6}, Provenance::kAssumed,
                                    "p"};
  return probe;
}

/// The record with one key changed, by its JSON pointer.
std::string changed(const std::string& pointer, const nlohmann::json& value) {
  nlohmann::json object = nlohmann::json::parse(to_json_text(small_probe()));
  object[nlohmann::json::json_pointer(pointer)] = value;
  return object.dump();
}

void check_refused(const std::string& text, const std::string& fact) {
  INFO(text.substr(0, 200));
  CHECK_THROWS_MATCHES(parse_probe(text, "p.json"), DataError,
                       Catch::Matchers::Predicate<DataError>([&](const DataError& error) {
                         return Contains(fact).match(error.what()) &&
                                Contains("p.json").match(error.what());
                       }));
}

TEST_CASE("a layer probe reads back as it was written") {
  const std::string text = to_json_text(small_probe());
  const ProbeRecord back = parse_probe(text, "p");
  CHECK(to_json_text(back) == text);
  CHECK(back.layers[0].backward.value() == 0.002);
  CHECK(back.lines[1].scaling == ProbeScaling::kInterconnect);
  CHECK(back.lines[1].provenance == Provenance::kAssumed);
  CHECK(back.device_seconds_per_token.bounds->high == 2.2e-6);
  CHECK(back.is_evidence());
}

TEST_CASE("reduced width, a processor and an unregistered device are no evidence") {
  ProbeRecord probe = small_probe();
  probe.width_divisor = 2;
  CHECK_FALSE(probe.is_evidence());
  probe = small_probe();
  probe.device_kind = "cpu";
  CHECK_FALSE(probe.is_evidence());
  probe = small_probe();
  probe.device.clear();
  CHECK_FALSE(probe.is_evidence());
}

TEST_CASE("records that cannot be are refused with file and key") {
  check_refused("", "not valid JSON");
  check_refused("[]", "not an object");
  check_refused("{\"schema_version\": 1}", "kind");
  check_refused(changed("/schema_version", 2), "unknown schema_version 2");
  check_refused(changed("/kind", "step"), "kind is \"step\"");
  check_refused(changed("/seq_len", 0), "\"seq_len\" must be above zero");
  check_refused(changed("/seq_len", 1e300), "\"seq_len\" is not an integer");
  check_refused(changed("/tokens", 8191), "\"tokens\" is not micro_batch x seq_len");
  check_refused(changed("/device_kind", "tpu"), "device_kind");
  check_refused(changed("/layout/tensor", -1), "\"tensor\" must be above zero");
  check_refused(changed("/layers", nlohmann::json::array()), "\"layers\" is empty");
  check_refused(changed("/layers/0/forward_s", -1.0), "forward_s");
  check_refused(changed("/layers/0/forward_s", "inf"), "forward_s");
  check_refused(changed("/layers/0/scaling", "magic"), "\"scaling\" is not a known name");
  check_refused(changed("/optimizer/low_s", 1.0), "\"optimizer\" is no interval");
  check_refused(changed("/lines/0/low", 1.0), "\"lines\" is no interval");
  check_refused(changed("/device_seconds_per_token/value", 1.2e-6), "not the sum of its lines");
  check_refused(changed("/device_seconds_per_token/high", 9.0), "not the sum of its lines");
  check_refused(changed("/notes", 5), "\"notes\" is not an array");
}

TEST_CASE("a file that is missing, a folder or cut off is one DataError") {
  const std::filesystem::path path =
      std::filesystem::temp_directory_path() / ("probe-" + std::to_string(getpid()) + ".json");
  CHECK_THROWS_AS(read_probe_record(path), DataError);
  CHECK_THROWS_AS(read_probe_record(std::filesystem::temp_directory_path()), DataError);
  write_probe_record(path, small_probe());
  CHECK(to_json_text(read_probe_record(path)) == to_json_text(small_probe()));
  const std::string text = to_json_text(small_probe());
  std::ofstream(path, std::ios::binary) << text.substr(0, text.size() / 2);
  CHECK_THROWS_AS(read_probe_record(path), DataError);
  std::filesystem::remove(path);
}

}  // namespace
}  // namespace assay
