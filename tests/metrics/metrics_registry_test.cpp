#include "metrics/metrics_registry.h"

#include <catch2/catch.hpp>

#include <fstream>
#include <iterator>
#include <limits>

#include "formats/temporary_folder.h"

namespace assay {
namespace {

using Catch::Matchers::Contains;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

std::string file_text(const std::filesystem::path& path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), {}};
}

TEST_CASE("a series appears with its first update, even of zero") {
  MetricsRegistry registry;
  CHECK_THAT(registry.text(), !Contains("assay_"));
  registry.add(Metric::kSteps, {}, 0);
  registry.set(Metric::kLoss, {}, 4.5);
  CHECK_THAT(registry.text(), Contains("assay_steps_total 0\n") && Contains("assay_loss 4.5\n"));
  CHECK_THAT(registry.text(), Contains("# TYPE assay_steps_total counter\n"));
}

TEST_CASE("labels take their names from the row") {
  MetricsRegistry registry;
  registry.add(Metric::kEnergy, {"rapl", "package-0", "measured"}, 2.5);
  CHECK_THAT(registry.text(), Contains("device=\"package-0\"") && Contains("source=\"rapl\"") &&
                                  Contains("provenance=\"measured\"") && Contains("} 2.5\n"));
}

TEST_CASE("hostile label values are escaped") {
  MetricsRegistry registry;
  registry.set(Metric::kPrice, {"US\"D\n# evil"}, 1);
  CHECK_THAT(registry.text(), Contains("currency=\"US\\\"D\\n# evil\"} 1"));
}

TEST_CASE("counters refuse what is not a number, infinite or negative, and stay what they were") {
  MetricsRegistry registry;
  registry.add(Metric::kTokens, {}, 7);
  for (const double bad : {kNan, kInfinity, -1.0}) registry.add(Metric::kTokens, {}, bad);
  CHECK_THAT(registry.text(), Contains("assay_tokens_total 7\n"));
  CHECK_THAT(registry.text(),
             Contains("assay_refused_updates_total{metric=\"assay_tokens_total\"} 3\n"));
}

TEST_CASE("gauges and histograms refuse what is not finite") {
  MetricsRegistry registry;
  registry.set(Metric::kLoss, {}, kNan);
  registry.observe(Metric::kStepDuration, {}, kNan);
  registry.observe(Metric::kStepDuration, {}, 0.006);
  CHECK_THAT(registry.text(), !Contains("assay_loss "));
  CHECK_THAT(registry.text(), Contains("assay_step_duration_seconds_count 1\n"));
  CHECK_THAT(registry.text(), Contains("assay_step_duration_seconds_bucket{le=\"0.005\"} 0\n"));
  CHECK_THAT(registry.text(), Contains("assay_step_duration_seconds_bucket{le=\"0.008\"} 1\n"));
  CHECK_THAT(registry.text(), Contains("metric=\"assay_loss\"} 1"));
  CHECK_THAT(registry.text(), Contains("metric=\"assay_step_duration_seconds\"} 1"));
}

TEST_CASE("an update with other labels or of another type is refused and does not throw") {
  MetricsRegistry registry;
  registry.add(Metric::kEnergy, {"rapl"}, 1);
  registry.add(Metric::kLoss, {}, 1);
  registry.set(Metric::kSteps, {}, 1);
  registry.observe(Metric::kSteps, {}, 1);
  CHECK_THAT(registry.text(), Contains("metric=\"assay_energy_joules_total\"} 1") &&
                                  Contains("metric=\"assay_loss\"} 1") &&
                                  Contains("metric=\"assay_steps_total\"} 2"));
}

TEST_CASE("the textfile holds what the endpoint shows") {
  const TemporaryFolder folder;
  MetricsRegistry registry;
  registry.set(Metric::kStep, {}, 12);
  registry.write_textfile(folder / "assay.prom");
  CHECK(file_text(folder / "assay.prom") == registry.text());
}

// ASSAY_UPDATE_GOLDEN=1 build/spine/tests/metrics/test_metrics "docs*" writes the table anew.
TEST_CASE("docs/metrics.md holds the catalogue") {
  const std::filesystem::path file = std::filesystem::path(ASSAY_SOURCE_DIR) / "docs/metrics.md";
  const std::string table = catalogue_markdown();
  std::string text = file_text(file);
  if (std::getenv("ASSAY_UPDATE_GOLDEN") != nullptr) {
    text = text.substr(0, text.find("| name |")) + table;
    std::ofstream(file) << text;
  }
  CHECK_THAT(text, Contains(table));
}

TEST_CASE(
    "the families of training are at most fifty-five, those of inference and an audit apart") {
  CHECK(static_cast<size_t>(assay::kFirstInferenceMetric) <= 55);
  for (size_t i = 0; i < kCatalogue.size(); ++i) {
    const bool of_claims = kCatalogue[i].name.starts_with("assay_claim_") ||
                           kCatalogue[i].name.starts_with("assay_audit_");
    CHECK(of_claims == (i >= static_cast<size_t>(kFirstAuditMetric)));
  }
}

TEST_CASE("names are unique and labels are few") {
  for (size_t i = 0; i < kCatalogue.size(); ++i) {
    for (size_t j = 0; j < i; ++j) CHECK(kCatalogue[i].name != kCatalogue[j].name);
    CHECK(kCatalogue[i].help.find('\n') == std::string_view::npos);
  }
}

}  // namespace
}  // namespace assay
