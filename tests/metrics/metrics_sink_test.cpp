#include "metrics/metrics_sink.h"

#include <stdlib.h>
#include <catch2/catch.hpp>

#include <cmath>
#include <fstream>
#include <limits>

#include "formats/temporary_folder.h"

namespace assay {
namespace {

using Catch::Matchers::Contains;

RunManifest manifest_of(const char* device_kind, size_t num_devices = 1) {
  RunManifest manifest{.run_id = "r1", .started_unix_s = 100.0};
  manifest.stages = {{.name = "pretrain", .num_steps = 50}};
  manifest.model_id = "tiny";
  manifest.team = "team \"a\"";
  manifest.devices.assign(num_devices, {.kind = device_kind, .name = "X"});
  for (size_t i = 0; i < num_devices; ++i) manifest.devices[i].uuid = "GPU-" + std::to_string(i);
  return manifest;
}

MetricsFacts facts() {
  return {.version = "0.1.0",
          .commit = "abc",
          .energy_series = {{"nvml_counter", "GPU-0", Provenance::kMeasured},
                            {"nvml_power_integral", "GPU-0", Provenance::kDerived}},
          .flops_per_token = {{"exact_causal", Flops(1e9)}},
          .peak = MetricsPeak{"bf16_dense", FlopsPerSecond(1e12)},
          .price_per_device_hour = Money{3.6, "USD", ""}};
}

StepRecord step(int64_t number, double end_unix_s) {
  StepRecord record{.step = number, .time_unix_s = end_unix_s, .tokens = Tokens(500), .loss = 4.25};
  record.profile.wall = Seconds(1.0);
  record.profile.phases[static_cast<size_t>(Phase::kForward)] = Seconds(0.75);
  record.profile.phases[static_cast<size_t>(Phase::kOther)] = Seconds(0.25);
  return record;
}

TEST_CASE("what is known before the first step is shown, with counters at zero") {
  MetricsRegistry registry;
  const MetricsSink sink(registry, manifest_of("cpu"), {});
  const std::string text = registry.text();
  CHECK_THAT(text, Contains("assay_planned_steps 50\n") && Contains("assay_steps_total 0\n"));
  CHECK_THAT(text, Contains("team=\"team \\\"a\\\"\""));
  CHECK_THAT(text, Contains("assay_device_seconds_total{state=\"lost\"} 0\n"));
  CHECK_THAT(text, Contains("assay_energy_source_available{source=\"rapl\"} 0\n"));
  CHECK_THAT(text, !Contains("assay_cost_total") && !Contains("assay_price"));
  CHECK_THAT(text, !Contains("gpu_seconds"));
  CHECK_THAT(text, !Contains("assay_energy_joules_total"));
}

TEST_CASE("a step counts its time by state and phase, its tokens and its money on all devices") {
  MetricsRegistry registry;
  MetricsSink sink(registry, manifest_of("cuda", 2), facts());
  sink.consume(RunEvent{.time_unix_s = 103, .kind = "startup", .duration = Seconds(3)});
  sink.consume(step(1, 104));
  sink.consume(step(2, 105.5));
  const std::string text = registry.text();
  CHECK_THAT(text, Contains("assay_steps_total 2\n") && Contains("assay_tokens_total 1000\n"));
  CHECK_THAT(text, Contains("assay_device_seconds_total{state=\"startup\"} 6\n"));
  CHECK_THAT(text, Contains("assay_device_seconds_total{state=\"productive\"} 4\n"));
  CHECK_THAT(text, Contains("assay_gpu_seconds_total{state=\"productive\"} 4\n"));
  CHECK_THAT(text, Contains("assay_device_seconds_total{state=\"idle\"} 1\n"));
  CHECK_THAT(text, Contains("assay_phase_gpu_seconds_total{phase=\"forward\"} 3\n"));
  CHECK_THAT(text, Contains("assay_cost_total{currency=\"USD\"} 0.011"));
  CHECK_THAT(text, Contains("assay_tokens_per_second 500\n") && Contains("assay_step 2\n"));
  CHECK_THAT(text,
             Contains("assay_model_flops_total{convention=\"exact_causal\"} 1000000000000\n"));
  CHECK_THAT(text, Contains("convention=\"exact_causal\"") && Contains("} 0.25\n"));
  CHECK_THAT(text, Contains("assay_loss 4.25\n") && !Contains("assay_aux_loss"));
}

TEST_CASE("the states add up to the time held to the last event") {
  MetricsRegistry registry;
  MetricsSink sink(registry, manifest_of("cpu"), {});
  sink.consume(RunEvent{.time_unix_s = 103, .kind = "startup", .duration = Seconds(3)});
  sink.consume(RunEvent{.time_unix_s = 103.5, .kind = "warning"});
  sink.consume(step(1, 104));
  sink.consume(RunEvent{.time_unix_s = 106, .kind = "eval", .duration = Seconds(2), .value = 3.5});
  sink.consume(
      RunEvent{.time_unix_s = 107, .kind = "checkpoint", .step = 1, .duration = Seconds(0.5)});
  sink.consume(RunEvent{.time_unix_s = 109, .kind = "stop"});
  const std::string text = registry.text();
  CHECK_THAT(text, Contains("{state=\"startup\"} 3\n") && Contains("{state=\"productive\"} 1\n") &&
                       Contains("{state=\"eval\"} 2\n") &&
                       Contains("{state=\"checkpoint\"} 0.5\n") &&
                       Contains("{state=\"idle\"} 2.5\n"));
  CHECK_THAT(text, Contains("assay_validation_loss 3.5\n") && Contains("assay_warnings_total 1\n"));
  CHECK_THAT(text, Contains("assay_last_checkpoint_step 1\n") &&
                       Contains("assay_last_checkpoint_timestamp_seconds 107\n") &&
                       Contains("assay_checkpoint_duration_seconds_count 1\n"));
}

TEST_CASE("the startup after a kill is lost time") {
  MetricsRegistry registry;
  MetricsSink sink(registry, manifest_of("cpu"), {.startup_is_lost = true});
  sink.consume(RunEvent{.time_unix_s = 103, .kind = "startup", .duration = Seconds(3)});
  CHECK_THAT(registry.text(),
             Contains("{state=\"lost\"} 3\n") && Contains("{state=\"startup\"} 0\n"));
}

TEST_CASE("a skipped step is counted and its figures do not replace the last good ones") {
  MetricsRegistry registry;
  MetricsSink sink(registry, manifest_of("cpu"), {});
  sink.consume(step(1, 101));
  StepRecord bad = step(2, 102);
  bad.skipped = true;
  bad.loss = bad.grad_norm = std::numeric_limits<double>::quiet_NaN();
  sink.consume(bad);
  CHECK_THAT(registry.text(), Contains("assay_skipped_steps_total 1\n") &&
                                  Contains("assay_loss 4.25\n") && !Contains("refused"));
}

TEST_CASE("joules are differences of one source a device; the second source is a check") {
  MetricsRegistry registry;
  MetricsSink sink(registry, manifest_of("cuda"), facts());
  const auto sample = [&](const char* source, double joules, Provenance provenance) {
    sink.consume(EnergySample{.source = source,
                              .device_uuid = "GPU-0",
                              .energy = Joules(joules),
                              .power = Watts(300),
                              .provenance = provenance});
  };
  sample("nvml_counter", 5000, Provenance::kMeasured);
  sample("nvml_counter", 5100, Provenance::kMeasured);
  sample("nvml_counter", 20, Provenance::kMeasured);  // the driver was loaded anew
  sample("nvml_counter", 50, Provenance::kMeasured);
  sample("nvml_power_integral", 0, Provenance::kDerived);
  sample("nvml_power_integral", 90, Provenance::kDerived);
  sink.add_energy_faults(2);
  const std::string text = registry.text();
  CHECK_THAT(text, Contains("provenance=\"measured\"") && Contains("} 130\n"));
  CHECK_THAT(text, Contains("assay_energy_check_joules_total{") && Contains("} 90\n"));
  CHECK_THAT(text, Contains("assay_energy_source_available{source=\"nvml\"} 1\n"));
  CHECK_THAT(text, Contains("assay_energy_faults_total 2\n") && Contains("} 300\n"));
}

TEST_CASE("the load of experts is shown against the mean of their layer") {
  MetricsRegistry registry;
  MetricsSink sink(registry, manifest_of("cpu"), {});
  StepRecord record = step(1, 101);
  record.tokens_per_expert = {{30, 10, 20, 20}, {0, 0}};
  record.router = {{.layer = 0}, {.layer = 1}};
  record.aux_loss = 0.5;
  sink.consume(record);
  CHECK_THAT(registry.text(), Contains("assay_moe_load_max_ratio{layer=\"0\"} 1.5\n") &&
                                  Contains("assay_moe_load_min_ratio{layer=\"0\"} 0.5\n") &&
                                  !Contains("assay_moe_load_max_ratio{layer=\"1\"}") &&
                                  Contains("assay_aux_loss 0.5\n"));
}

TEST_CASE("models of any number of mixture layers and experts stay under 300 series") {
  for (const auto& [layers, experts] : {std::pair{60, 3}, {12, 5}, {12, 6}, {58, 256}, {1, 64}}) {
    INFO(layers << " layers of " << experts);
    MetricsRegistry registry;
    MetricsSink sink(registry, manifest_of("cuda"), facts());
    StepRecord record = step(1, 101);
    for (int layer = 0; layer < layers; ++layer) {
      record.tokens_per_expert.emplace_back(experts, 7);
      record.router.push_back(
          {.layer = layer, .load_entropy_nats = 1, .bias = std::vector<double>(experts, 0.1)});
    }
    sink.consume(record);
    const std::string text = registry.text();
    size_t series = 0;
    for (size_t at = 0; at < text.size(); at = text.find('\n', at) + 1) series += text[at] != '#';
    CHECK(series < 300);
  }
}

TEST_CASE("the rent of the whole run, its projection and the budget stand beside one another") {
  MetricsRegistry registry;
  MetricsFacts with_budget = facts();
  with_budget.rent_before = 2;
  with_budget.budget = Money{5, "USD", ""};
  MetricsSink sink(registry, manifest_of("cpu"), with_budget);
  CHECK_THAT(registry.text(), Contains("assay_run_cost{currency=\"USD\"} 2\n") &&
                                  Contains("assay_budget{currency=\"USD\"} 5\n") &&
                                  !Contains("assay_projected_run_cost"));
  sink.consume(step(40, 1100));  // 1000 s held at 0.001 USD a second; a step took 1 s, 10 are left
  CHECK_THAT(registry.text(), Contains("assay_run_cost{currency=\"USD\"} 3\n") &&
                                  Contains("assay_projected_run_cost{currency=\"USD\"} 3.01"));
}

TEST_CASE("what a driver counts since it was loaded is counted from the first look") {
  MetricsRegistry registry;
  MetricsSink sink(registry, manifest_of("cuda"), {});
  const auto look = [&](double throttled_s, int64_t errors) {
    sink.energy().show_health({{.uuid = "GPU-0",
                                .throttled = {{"power", Seconds(throttled_s)}},
                                .ecc_errors = {{"uncorrected", errors}}}});
  };
  look(50, 7);
  CHECK_THAT(registry.text(),
             Contains("reason=\"power\"} 0\n") && Contains("kind=\"uncorrected\"} 0\n"));
  look(53, 8);
  look(1, 0);  // the driver was loaded anew
  look(1.5, 0);
  CHECK_THAT(registry.text(),
             Contains("reason=\"power\"} 3.5\n") && Contains("kind=\"uncorrected\"} 1\n"));
}

TEST_CASE("generation counts its tokens, times, memory and price by phase") {
  MetricsRegistry registry;
  MetricsSink sink(registry, manifest_of("cuda", 2), facts());
  const std::string before = registry.text();
  CHECK_THAT(before, !Contains("assay_inference") && !Contains("assay_kv_cache"));
  sink.consume(InferenceRecord{.time_unix_s = 110,
                               .num_prompts = 1,
                               .num_sequences = 1,
                               .prompt_tokens = Tokens(50),
                               .generated_tokens = Tokens(101),
                               .decode_tokens = Tokens(100),
                               .prefill = Seconds(0.5),
                               .decode = Seconds(4),
                               .first_token = Seconds(0.51),
                               .kv_per_sequence = Bytes(2048)});
  const std::string text = registry.text();
  CHECK_THAT(text, Contains("assay_inference_tokens_total{phase=\"prefill\"} 50\n") &&
                       Contains("assay_inference_tokens_total{phase=\"decode\"} 100\n"));
  CHECK_THAT(text, Contains("assay_inference_device_seconds_total{phase=\"decode\"} 8\n"));
  CHECK_THAT(text, Contains("assay_inference_tokens_per_second{phase=\"decode\"} 25\n"));
  CHECK_THAT(text, Contains("assay_time_to_first_token_seconds_count 1\n"));
  CHECK_THAT(text, Contains("assay_kv_cache_bytes_per_sequence 2048\n"));
  // 3.6 USD an hour are 0.001 USD a second, on two devices.
  const std::string price =
      "assay_inference_price_per_million_tokens{currency=\"USD\",phase=\"decode\"} ";
  REQUIRE_THAT(text, Contains(price));
  CHECK(std::stod(text.substr(text.find(price) + price.size())) == Approx(80));
  CHECK_THAT(text, Contains("assay_device_seconds_total{state=\"productive\"} 9\n"));
  CHECK_THAT(text, !Contains("assay_inference_joules_per_token"));
  sink.consume(
      InferenceRecord{.time_unix_s = 111, .generated_tokens = Tokens(10), .energy = Joules(25)});
  CHECK_THAT(registry.text(), Contains("assay_inference_joules_per_token 2.5\n"));
}

TEST_CASE("promtool accepts every family") {
  if (::system("promtool --version >/dev/null 2>&1") != 0) {
    WARN("promtool (Debian package prometheus) is not installed: not tested");
    return;
  }
  MetricsRegistry registry;
  for (size_t i = 0; i < kCatalogue.size(); ++i) {
    const auto metric = static_cast<Metric>(i);
    const auto update = [&](LabelValues labels) {
      if (labels.size() != num_labels(row(metric))) return;
      if (row(metric).type == MetricType::kCounter) registry.add(metric, labels, 1);
      if (row(metric).type == MetricType::kGauge) registry.set(metric, labels, 1);
      if (row(metric).type == MetricType::kHistogram) registry.observe(metric, labels, 1);
    };
    update({});
    update({"a"});
    update({"a", "b"});
    update({"a", "b", "c"});
    update({"a", "b", "c", "d"});
    update({"a", "b", "c", "d", "e"});
    update({"a", "b", "c", "d", "e", "f", "g", "h"});
    CHECK_THAT(registry.text(), Contains("# TYPE " + std::string(row(metric).name) + " "));
  }
  const TemporaryFolder folder;
  registry.write_textfile(folder / "all.prom");
  const std::string command =
      "promtool check metrics < " + (folder / "all.prom").string() + " 2>&1";
  CHECK(::system(command.c_str()) == 0);
}

}  // namespace
}  // namespace assay
