#include "metrics/mixture_metrics.h"

#include <catch2/catch.hpp>

#include <cmath>
#include <string>

namespace assay {
namespace {

using Catch::Contains;

/// Series by layer, of `layers` routers of three experts.
std::string text_of_routers(int layers) {
  StepRecord record;
  for (int layer = 0; layer < layers; ++layer) {
    record.tokens_per_expert.push_back({1, 2, 3});
    record.router.push_back({.layer = layer,
                             .load_entropy_nats = 1,
                             .score_entropy_nats = 0.5,
                             .mean_violation = layer * 1.0,
                             .dropped = 2,
                             .bias = {0.1, 0.2, -0.01 * layer}});
  }
  MetricsRegistry registry;
  show_mixture(record, registry);
  return registry.text();
}

}  // namespace

TEST_CASE("routers are shown by layer, and their experts' loads one by one") {
  MetricsRegistry registry;
  StepRecord record;
  record.tokens_per_expert = {{10, 10}, {20, 0}};
  record.router = {
      {.layer = 0,
       .load_entropy_nats = std::log(2.0),
       .score_entropy_nats = 0.25,
       .mean_violation = 0,
       .dropped = 3,
       .bias = {0.5, -0.75}},
      {.layer = 1, .score_entropy_nats = 0.75, .mean_violation = 1, .dropped = 4, .bias = {}}};
  show_mixture(record, registry);
  show_mixture(record, registry);
  const std::string text = registry.text();
  for (const char* line :
       {"assay_moe_load_max_ratio{layer=\"1\"} 2\n", "assay_moe_load_min_ratio{layer=\"1\"} 0\n",
        "assay_moe_load_entropy_ratio{layer=\"0\"} 1\n",
        "assay_moe_load_entropy_ratio{layer=\"1\"} 0\n",
        "assay_moe_mean_violation_ratio{layer=\"0\"} 0\n",
        "assay_moe_mean_violation_ratio{layer=\"1\"} 1\n",
        "assay_moe_score_entropy_nats{layer=\"0\"} 0.25\n",
        "assay_moe_score_entropy_nats{layer=\"1\"} 0.75\n",
        "assay_moe_choices_total{layer=\"1\"} 40\n",
        "assay_moe_dropped_choices_total{layer=\"0\"} 6\n",
        "assay_moe_dropped_choices_total{layer=\"1\"} 8\n",
        "assay_moe_bias_max{layer=\"0\"} 0.75\n"}) {
    CHECK_THAT(text, Contains(line));
  }
  CHECK_THAT(text, Contains("assay_moe_expert_load_ratio{expert=\"0\",layer=\"1\"} 2\n") &&
                       Contains("assay_moe_expert_load_ratio{expert=\"1\",layer=\"1\"} 0\n"));
  CHECK_THAT(text, !Contains("assay_moe_bias_max{layer=\"1\"}") && !Contains("layer=\"all\""));
}

TEST_CASE("a layer's label is its number in the model, whose first blocks may be dense") {
  MetricsRegistry registry;
  StepRecord record;
  record.tokens_per_expert = {{10, 10}, {20, 0}, {5, 15}};
  record.router = {{.layer = 3, .dropped = 1}, {.layer = 5, .dropped = 2}, {.dropped = 3}};
  show_mixture(record, registry);
  const std::string text = registry.text();
  CHECK_THAT(text, Contains("assay_moe_load_max_ratio{layer=\"3\"} 1\n") &&
                       Contains("assay_moe_expert_load_ratio{expert=\"0\",layer=\"5\"} 2\n") &&
                       Contains("assay_moe_dropped_choices_total{layer=\"5\"} 2\n") &&
                       Contains("assay_moe_dropped_choices_total{layer=\"mixture_2\"} 3\n"));
  CHECK_THAT(text, !Contains("layer=\"0\"") && !Contains("layer=\"1\""));
}

TEST_CASE("more layers than can be shown apart are one series, and load stays by layer") {
  const std::string text = text_of_routers(60);
  CHECK_THAT(text, Contains("assay_moe_mean_violation_ratio{layer=\"all\"} 29.5") &&
                       Contains("assay_moe_score_entropy_nats{layer=\"all\"} 0.5") &&
                       Contains("assay_moe_choices_total{layer=\"all\"} 360\n") &&
                       Contains("assay_moe_dropped_choices_total{layer=\"all\"} 120\n") &&
                       Contains("assay_moe_bias_max{layer=\"all\"} 0.59"));
  CHECK_THAT(text, Contains("assay_moe_load_max_ratio{layer=\"59\"} 1.5\n") &&
                       !Contains("assay_moe_bias_max{layer=\"0\"}") && !Contains("expert="));
}

TEST_CASE("twelve layers are shown apart, thirteen are not") {
  CHECK_THAT(text_of_routers(12), Contains("assay_moe_mean_violation_ratio{layer=\"11\"} 11\n") &&
                                      !Contains("layer=\"all\""));
  CHECK_THAT(text_of_routers(13), Contains("assay_moe_mean_violation_ratio{layer=\"all\"} 6\n") &&
                                      !Contains("assay_moe_mean_violation_ratio{layer=\"12\"}"));
}

TEST_CASE("a dense step shows nothing of routers") {
  CHECK_THAT(text_of_routers(0), !Contains("assay_moe"));
}

}  // namespace assay
