#include "monitoring/prometheus_stack.h"

#include <fmt/format.h>

#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <regex>
#include <stdexcept>

#include "metrics/http_get.h"
#include "monitoring/http.h"

namespace assay {
namespace {

using nlohmann::json;

std::string text_of(const std::filesystem::path& file) {
  std::ifstream stream(file);
  return {std::istreambuf_iterator<char>(stream), {}};
}

PromSeries series_of(const json& result) {
  PromSeries series;
  for (const auto& [name, value] : result.at("metric").items()) series.labels[name] = value;
  const auto add = [&](const json& point) {
    series.points.emplace_back(point.at(0).get<double>(),
                               std::stod(point.at(1).get<std::string>()));
  };
  if (result.contains("value")) add(result.at("value"));
  if (result.contains("values")) {
    for (const json& point : result.at("values")) add(point);
  }
  return series;
}

constexpr const char* kConfig = R"(
global: {{scrape_interval: 500ms, scrape_timeout: 500ms, evaluation_interval: 1s}}
rule_files: ["{rules}/*.yml"]
alerting: {{alertmanagers: [{{static_configs: [{{targets: ["127.0.0.1:{alertmanager}"]}}]}}]}}
scrape_configs:
  - job_name: assay
    static_configs: [{{targets: ["127.0.0.1:{target}"]}}]
    metric_relabel_configs:
      - {{source_labels: [__name__], regex: exposer_.*, action: drop}}
  - job_name: pushgateway
    honor_labels: true
    static_configs: [{{targets: ["127.0.0.1:{pushgateway}"]}}]
)";

}  // namespace

std::string PrometheusStack::url(uint16_t port) { return fmt::format("http://127.0.0.1:{}", port); }

PrometheusStack::PrometheusStack(uint16_t target_port)
    : prometheus_port_(free_port()),
      alertmanager_port_(free_port()),
      pushgateway_port_(free_port()) {
  write_config(target_port);
  const std::string folder = folder_.path().string();
  const auto listen = [](uint16_t port) {
    return fmt::format("--web.listen-address=127.0.0.1:{}", port);
  };
  pushgateway_ = std::make_unique<Service>(
      std::vector<std::string>{"prometheus-pushgateway", listen(pushgateway_port_)},
      folder_ / "pushgateway.log");
  alertmanager_ = std::make_unique<Service>(
      std::vector<std::string>{
          "prometheus-alertmanager", listen(alertmanager_port_),
          "--cluster.listen-address=", "--config.file=" + folder + "/alertmanager.yml",
          "--storage.path=" + folder + "/alertmanager"},
      folder_ / "alertmanager.log");
  prometheus_ = std::make_unique<Service>(
      std::vector<std::string>{"prometheus", listen(prometheus_port_),
                               "--config.file=" + folder + "/prometheus.yml",
                               "--storage.tsdb.path=" + folder + "/data"},
      folder_ / "prometheus.log");
  for (const uint16_t port : {pushgateway_port_, alertmanager_port_, prometheus_port_}) {
    if (!wait_until([&] { return http_request(url(port) + "/-/ready").status == 200; })) {
      throw std::runtime_error("the monitoring stack did not start:\n" + logs());
    }
  }
}

void PrometheusStack::write_config(uint16_t target_port) const {
  const std::filesystem::path rules = folder_ / "rules";
  std::filesystem::create_directories(rules);
  const auto source = std::filesystem::path(ASSAY_SOURCE_DIR) / "configs/prometheus/rules";
  for (const auto& entry : std::filesystem::directory_iterator(source)) {
    std::string text = text_of(entry.path());
    text = std::regex_replace(text, std::regex("\n        for: [0-9]+m\n"), "\n        for: 1s\n");
    text = std::regex_replace(text, std::regex("interval: 30s"), "interval: 1s");
    std::ofstream(rules / entry.path().filename()) << text;
  }
  std::ofstream(folder_ / "prometheus.yml") << fmt::format(
      kConfig, fmt::arg("rules", rules.string()), fmt::arg("alertmanager", alertmanager_port_),
      fmt::arg("target", target_port), fmt::arg("pushgateway", pushgateway_port_));
  std::ofstream(folder_ / "alertmanager.yml")
      << "route: {receiver: nobody, group_wait: 0s}\nreceivers: [{name: nobody}]\n";
}

std::vector<PromSeries> PrometheusStack::query(const std::string& expression,
                                               std::optional<double> time_unix_s) const {
  std::string address = url(prometheus_port_) + "/api/v1/query?query=" + url_encode(expression);
  if (time_unix_s) address += fmt::format("&time={:.3f}", *time_unix_s);
  const HttpAnswer answer = http_request(address);
  if (answer.status != 200) throw std::runtime_error(expression + ": " + answer.body);
  std::vector<PromSeries> all;
  const json whole = json::parse(answer.body);
  for (const json& result : whole.at("data").at("result")) {
    if (result.is_object()) all.push_back(series_of(result));
  }
  return all;
}

std::optional<double> PrometheusStack::value(const std::string& expression) const {
  const std::vector<PromSeries> series = query(expression);
  if (series.size() != 1) return std::nullopt;
  return series.front().points.back().second;
}

std::vector<std::string> PrometheusStack::firing() const {
  std::vector<std::string> names;
  for (const PromSeries& series : query("ALERTS{alertstate=\"firing\"}")) {
    names.push_back(series.labels.at("alertname"));
  }
  return names;
}

std::string PrometheusStack::logs() const {
  return text_of(folder_ / "prometheus.log") + text_of(folder_ / "alertmanager.log") +
         text_of(folder_ / "pushgateway.log") +
         http_request(url(prometheus_port_) + "/api/v1/targets").body + "\n";
}

}  // namespace assay
