// The rules and samples of configs/prometheus beyond what promtool checks.
#include <catch2/catch.hpp>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>

#include "formats/temporary_folder.h"
#include "metrics/catalogue.h"
#include "metrics/http_get.h"
#include "metrics/metrics_server.h"
#include "metrics/pushgateway.h"
#include "monitoring/http.h"
#include "monitoring/prometheus_stack.h"

namespace assay {
namespace {

using Catch::Matchers::Contains;

std::string source_text(const std::string& file) {
  std::ifstream stream(std::filesystem::path(ASSAY_SOURCE_DIR) / file);
  return {std::istreambuf_iterator<char>(stream), {}};
}

std::vector<std::string> matches(const std::string& text, const std::string& pattern) {
  const std::regex regex(pattern);
  std::vector<std::string> all;
  for (std::sregex_iterator at(text.begin(), text.end(), regex), end; at != end; ++at) {
    all.push_back((*at)[1]);
  }
  return all;
}

TEST_CASE("every alert has a severity, a summary and a runbook page of its own") {
  const std::string alerts = source_text("configs/prometheus/rules/alerts.yml");
  const std::vector<std::string> names = matches(alerts, "- alert: (\\w+)");
  const std::vector<std::string> pages = matches(alerts, "runbook_url: (\\S+)");
  CHECK(names.size() == 14);
  CHECK(matches(alerts, "\n +severity: (page|ticket)\n").size() == names.size());
  CHECK(matches(alerts, "(summary: >-)").size() == names.size());
  REQUIRE(pages.size() == names.size());
  for (size_t i = 0; i < names.size(); ++i) {
    const std::string page = source_text(pages[i]);
    CHECK_THAT(page, Contains("# " + names[i] + "\n") && Contains("## What to do\n1. "));
    CHECK_THAT(source_text("docs/monitoring.md"),
               Contains(names[i]) && Contains(pages[i].substr(5)));
  }
}

TEST_CASE("rules and their tests name only metrics of the catalogue, and each rule has a test") {
  const std::string rules = source_text("configs/prometheus/rules/alerts.yml") +
                            source_text("configs/prometheus/rules/recording.yml");
  const std::string tests = source_text("configs/prometheus/tests/rules_test.yml");
  std::set<std::string> known;
  for (const MetricRow& row : kCatalogue) known.insert(std::string(row.name));
  for (const std::string& name : matches(rules + tests, "[^:\\w](assay_[a-z_]+)[^\\w:\"]")) {
    if (name == "assay_recording" || name == "assay_alerts") continue;
    INFO(name);
    CHECK(known.count(name) == 1);
  }
  for (const std::string& name : matches(rules, "- (?:alert|record): (\\S+)")) {
    CHECK_THAT(tests, Contains(name));
  }
}

TEST_CASE("the PodMonitor and the file of targets have the fields that their readers want") {
  const std::string pods = source_text("kubernetes/podmonitor.yaml");
  for (const char* text : {"apiVersion: monitoring.coreos.com/v1\n", "kind: PodMonitor\n",
                           "  selector:\n    matchLabels:\n",
                           "  podMetricsEndpoints:\n    - port: ", "      path: /metrics\n",
                           "      metricRelabelings:\n        - sourceLabels: ["}) {
    CHECK_THAT(pods, Contains(text));
  }
  const auto targets =
      nlohmann::json::parse(source_text("configs/prometheus/targets.example.json"));
  REQUIRE(targets.is_array());
  for (const auto& group : targets) {
    CHECK(group.at("targets").at(0).get<std::string>().find(':') != std::string::npos);
    CHECK(group.at("labels").is_object());
  }
}

TEST_CASE("the Job's volumes are claimed beside it") {
  const std::string volumes = source_text("kubernetes/volumes.yaml");
  const auto claims = matches(source_text("kubernetes/job.yaml"), "claimName: (\\S+)");
  CHECK(claims.size() == 2);
  for (const std::string& name : claims) CHECK_THAT(volumes, Contains("  name: " + name + "\n"));
}

TEST_CASE("the containers' Prometheus has the targets of the other and differs in nothing else") {
  std::string text = source_text("docker/prometheus.yml");
  for (const char* name : {"trainer", "alertmanager", "pushgateway"}) {
    CHECK_THAT(text, Contains(std::string(name) + ":9"));
    text = std::regex_replace(text, std::regex(std::string(name) + ":9"), "127.0.0.1:9");
  }
  const std::string plain = source_text("configs/prometheus/prometheus.yml");
  CHECK(text.substr(text.find('\n')) == plain.substr(plain.find('\n')));
}

TEST_CASE("the container's health check answers as the endpoint does") {
  const std::string check = ASSAY_SOURCE_DIR "/docker/assay-health >/dev/null 2>&1";
  const auto healthy = [&](const std::string& host, uint16_t port) {
    const std::string address = host + ":" + std::to_string(port);
    return std::system(("ASSAY_METRICS_LISTEN=" + address + " " + check).c_str()) == 0;
  };
  MetricsRegistry registry;
  const uint16_t port = free_port();
  const MetricsServer server(registry, {"127.0.0.1", port});
  CHECK_FALSE(healthy("127.0.0.1", port));  // it answers, but with nothing of ours
  registry.set(Metric::kBuildInfo, {"0.1.0", "c", "g++", "none"}, 1);
  CHECK(healthy("127.0.0.1", port));
  CHECK(healthy("0.0.0.0", port));
  CHECK_FALSE(healthy("127.0.0.1", free_port()));
  const TemporaryFolder folder;
  const std::filesystem::path file = folder.path() / "password";
  std::ofstream(file) << "gold\n";
  const uint16_t closed = free_port();
  const MetricsServer with_password(registry, {"127.0.0.1", closed}, ScrapePassword("me", file));
  CHECK(healthy("127.0.0.1", closed));
}

TEST_CASE("what was pushed for one run goes away on request, and another run's stays") {
  const PrometheusStack stack(free_port());
  const PushgatewayAddress gateway = parse_pushgateway(stack.pushgateway());
  for (const char* run : {"r1", "r2"}) {
    MetricsRegistry registry;
    registry.set(Metric::kStep, {}, 7);
    registry.set(Metric::kRunInfo, {run, "c", "m", "f", "p", "team", "project", "4711"}, 1);
    push_run(gateway, run, registry.text());
    push_run(gateway, run, registry.text());
  }
  CHECK(wait_until([&] { return stack.query("assay_step == 7").size() == 2; }));
  forget_run(gateway, "r1");
  forget_run(gateway, "never-pushed");
  CHECK(wait_until([&] { return stack.query("assay_step").size() == 1; }));
  CHECK(stack.query("assay_step").front().labels.at("run_id") == "r2");
}

}  // namespace
}  // namespace assay
