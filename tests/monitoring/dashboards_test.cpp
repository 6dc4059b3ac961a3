// The dashboards of configs/grafana: made from their source, by the rules of Grafana's linter, and
// every query answered by a real Prometheus.
#include <catch2/catch.hpp>

#include <fmt/format.h>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>

#include "metrics/catalogue.h"
#include "metrics/http_get.h"
#include "monitoring/dashboard_source.h"
#include "monitoring/http.h"
#include "monitoring/metered_run.h"
#include "monitoring/prometheus_stack.h"

namespace assay {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

const fs::path kSource = ASSAY_SOURCE_DIR;
const fs::path kGrafana = kSource / "configs/grafana";

bool update_golden() { return std::getenv("ASSAY_UPDATE_GOLDEN") != nullptr; }

std::string file_text(const fs::path& file) {
  std::ifstream stream(file);
  return {std::istreambuf_iterator<char>(stream), {}};
}

std::vector<Dashboard> dashboards() { return read_dashboards(kGrafana / "dashboards.toml"); }

std::vector<json> provisioned() {
  std::vector<json> all;
  for (const auto& entry : fs::directory_iterator(kGrafana / "dashboards")) {
    all.push_back(json::parse(file_text(entry.path())));
  }
  return all;
}

TEST_CASE("dashboards are what their source makes, and no file is left over") {
  std::set<std::string> names;
  for (const Dashboard& dashboard : dashboards()) {
    const fs::path file = kGrafana / "dashboards" / (dashboard.file + ".json");
    const std::string text = dashboard_json(dashboard).dump(2) + "\n";
    if (update_golden()) std::ofstream(file) << text;
    CHECK(file_text(file) == text);
    names.insert(file.filename());
  }
  for (const auto& entry : fs::directory_iterator(kGrafana / "dashboards")) {
    CHECK(names.count(entry.path().filename()) == 1);
  }
}

// The words between names, braces and brackets of PromQL that a metric's name could be.
std::set<std::string> metrics_in(const std::string& expression) {
  const std::regex name("assay_[a-z_]+");
  std::set<std::string> names;
  for (std::sregex_iterator at(expression.begin(), expression.end(), name), end; at != end; ++at) {
    names.insert(at->str());
  }
  return names;
}

bool is_exported(std::string name) {
  name = std::regex_replace(name, std::regex("_(bucket|sum|count)$"), "");
  return std::ranges::any_of(kCatalogue, [&](const MetricRow& row) { return row.name == name; });
}

// Dashboard-linter's rules for a query (facts in Grafana's dashboard-linter, docs/rules): each
// selector names job and instance, rate() uses $__rate_interval, counters stand inside rate, irate
// or increase.
void check_query(const std::string& expression) {
  INFO(expression);
  const std::regex selector(R"(assay_[a-z_]+(\{[^}]*\})?)");
  for (std::sregex_iterator at(expression.begin(), expression.end(), selector), end; at != end;
       ++at) {
    const std::string text = at->str();
    CHECK_THAT(text,
               Catch::Contains(R"(job=~"$job")") && Catch::Contains(R"(instance=~"$instance")"));
    if (!std::regex_search(text, std::regex("_(total|bucket)\\{"))) continue;
    const std::string before = expression.substr(0, static_cast<size_t>(at->position()));
    CHECK(std::regex_search(before, std::regex("(rate|irate|increase)\\($")));
  }
  const std::regex rate_window(R"(\bi?rate\([^\[]*\[([^\]]*)\])");
  for (std::sregex_iterator at(expression.begin(), expression.end(), rate_window), end; at != end;
       ++at) {
    CHECK((*at)[1] == "$__rate_interval");
  }
  for (const std::string& name : metrics_in(expression)) CHECK(is_exported(name));
}

const std::set<std::string> kUnits{"joule", "watt",        "s",    "bytes", "percentunit",
                                   "flops", "short",       "none", "hertz", "celsius",
                                   "ops",   "currencyUSD", "massg"};

void check_panel(const json& panel) {
  INFO(panel.at("title"));
  CHECK_FALSE(panel.at("title").get<std::string>().empty());
  CHECK(panel.at("description").get<std::string>().ends_with("."));
  CHECK(panel.at("datasource").at("uid") == "$datasource");
  CHECK(kUnits.count(panel.at("fieldConfig").at("defaults").at("unit")) == 1);
  CHECK(panel.at("gridPos").at("x").get<int>() + panel.at("gridPos").at("w").get<int>() <= 24);
  REQUIRE_FALSE(panel.at("targets").empty());
  for (const json& target : panel.at("targets")) {
    CHECK(target.at("datasource").at("uid") == "$datasource");
    check_query(target.at("expr"));
  }
}

void check_variables(const json& list) {
  REQUIRE((list.size() == 3 || list.size() == 5));
  CHECK(list[0].at("type") == "datasource");
  CHECK(list[0].at("name") == "datasource");
  CHECK(list[0].at("label") == "Data source");
  const std::map<std::string, std::string> labels{
      {"job", "Job"}, {"run_id", "Run"}, {"instance", "Instance"}, {"gpu", "GPU or package"}};
  for (size_t i = 1; i < list.size(); ++i) {
    const json& variable = list[i];
    CHECK(variable.at("label") == labels.at(variable.at("name")));
    CHECK(variable.at("datasource").at("uid") == "$datasource");
    CHECK(variable.at("multi") == true);
    CHECK(variable.at("allValue") == ".+");
    CHECK(variable.at("refresh") == 2);
    CHECK(std::regex_match(
        variable.at("query").at("query").get<std::string>(),
        std::regex(
            R"re(label_values\(assay_[a-z_]+(\{job=~"\$job"(,[a-z_]+=~"\$[a-z_]+")?\})?, [a-z_]+\))re")));
  }
}

TEST_CASE("dashboards keep the rules of Grafana's linter") {
  std::set<std::string> uids;
  for (const json& dashboard : provisioned()) {
    INFO(dashboard.at("title"));
    CHECK(dashboard.at("editable") == false);
    CHECK(dashboard.at("id").is_null());
    CHECK(dashboard.at("timezone") == "utc");
    CHECK(dashboard.at("graphTooltip") == 1);
    CHECK(dashboard.at("schemaVersion") == 38);
    CHECK_FALSE(dashboard.contains("__inputs"));
    CHECK(uids.insert(dashboard.at("uid")).second);
    check_variables(dashboard.at("templating").at("list"));
    for (const json& panel : dashboard.at("panels")) check_panel(panel);
  }
  CHECK(uids.size() == 6);
}

std::string with_values(std::string expression) {
  const auto replace = [&](const std::string& from, const std::string& to) {
    for (size_t at = expression.find(from); at != std::string::npos; at = expression.find(from)) {
      expression.replace(at, from.size(), to);
    }
  };
  replace("$job", ".+");
  replace("$instance", ".+");
  replace("$gpu", ".+");
  replace("$__rate_interval", "10s");
  replace("$__range", "1m");
  return expression;
}

// One line for the docs: the first series and how many there are.
std::string result_text(const std::vector<PromSeries>& answer) {
  const PromSeries& first = answer.front();
  std::string labels;
  for (const auto& [name, value] : first.labels) {
    if (name == "__name__" || name == "job" || name == "instance" || labels.size() > 60) continue;
    labels += fmt::format("{}{}={}", labels.empty() ? "" : ", ", name, value);
  }
  const std::string more = answer.size() == 1 ? "" : fmt::format(" and {} more", answer.size() - 1);
  return fmt::format("{}{}{:.4g}{}", labels, labels.empty() ? "" : ": ", first.points.back().second,
                     more);
}

std::string escaped(std::string text) {
  for (size_t at = text.find('|'); at != std::string::npos; at = text.find('|', at + 2)) {
    text.replace(at, 1, "\\|");
  }
  return text;
}

// Pushes the claims as the documentation says, under a job and an instance of their own.
void push_claims(const PrometheusStack& stack) {
  const TemporaryFolder folder;
  const fs::path file = folder / "claims.prom";
  const std::string command =
      std::string(ASSAY_PROGRAM) + " audit --all --metrics " + file.string() + " >/dev/null";
  const int status = std::system(command.c_str());
  REQUIRE((status == 0 || WEXITSTATUS(status) == 1));
  const HttpAnswer answer = http_request(
      stack.pushgateway() + "/metrics/job/assay_audit/instance/registry", "PUT", file_text(file));
  INFO(answer.body);
  REQUIRE(answer.status == 200);
}

TEST_CASE("dashboards show data: every query of every panel is answered") {
  const uint16_t port = free_port();
  const MeteredRun run(port);
  const PrometheusStack stack(port);
  push_claims(stack);
  const auto ready = [&] {
    return stack.value("increase(assay_checkpoint_duration_seconds_count[10s]) > 1").has_value() &&
           !stack.query("assay_claim_ratio").empty();
  };
  REQUIRE(wait_until(ready));
  std::this_thread::sleep_for(std::chrono::seconds(8));
  std::string tables;
  for (const Dashboard& dashboard : dashboards()) {
    tables += fmt::format("\n## {}\n| panel | query | answer |\n|---|---|---|\n", dashboard.title);
    for (const Panel& panel : dashboard.panels) {
      for (const PanelQuery& query : panel.queries) {
        INFO(dashboard.title << ", " << panel.title << ": " << query.expression);
        const std::vector<PromSeries> answer = stack.query(with_values(query.expression));
        CHECK_FALSE(answer.empty());
        if (answer.empty()) continue;
        CHECK(std::isfinite(answer.front().points.back().second));
        tables += fmt::format("| {} | `{}` | {} |\n", panel.title, escaped(query.expression),
                              escaped(result_text(answer)));
      }
    }
  }
  const double watts = stack.value("sum(rate(assay_energy_joules_total[10s]))").value_or(0);
  CHECK(watts == Approx(700).epsilon(0.1));
  CHECK(stack.value("sum(assay_claim_verdict)") > 100);
  const fs::path docs = kSource / "docs/dashboards.md";
  if (update_golden()) {
    const std::string text = file_text(docs);
    std::ofstream(docs) << text.substr(0, text.find("\n## Assay")) << tables;
  }
}

TEST_CASE("docs/dashboards.md has every panel with its query") {
  const std::string docs = file_text(kSource / "docs/dashboards.md");
  for (const Dashboard& dashboard : dashboards()) {
    for (const Panel& panel : dashboard.panels) {
      for (const PanelQuery& query : panel.queries) {
        CHECK_THAT(docs, Catch::Contains(
                             fmt::format("| {} | `{}` |", panel.title, escaped(query.expression))));
      }
    }
  }
}

}  // namespace
}  // namespace assay
