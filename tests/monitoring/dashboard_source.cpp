#include "monitoring/dashboard_source.h"

#include <toml++/toml.h>
#include <algorithm>
#include <nlohmann/json.hpp>

namespace assay {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kGridWidth = 24;
const std::string kRunSeries = "assay_run_info";

std::string with_matchers(std::string text) {
  const std::string mark = "{@";
  const std::string matchers = R"({job=~"$job",instance=~"$instance")";
  for (size_t at = text.find(mark); at != std::string::npos; at = text.find(mark, at + 1)) {
    text.replace(at, mark.size(), matchers);
  }
  return text;
}

Panel read_panel(const toml::table& table) {
  const auto text = [&](const char* key) { return table.at(key).value<std::string>().value(); };
  Panel panel{.title = text("title"),
              .description = text("description"),
              .type = text("type"),
              .unit = text("unit"),
              .stack = table["stack"].value_or(false),
              .width = table.at("width").value<int>().value(),
              .height = table.at("height").value<int>().value()};
  for (const toml::node& query : *table.at("queries").as_array()) {
    const toml::array& pair = *query.as_array();
    panel.queries.push_back({with_matchers(pair.at(0).value<std::string>().value()),
                             pair.at(1).value<std::string>().value()});
  }
  return panel;
}

Json datasource() { return {{"type", "prometheus"}, {"uid", "$datasource"}}; }

Json query_variable(const std::string& name, const std::string& label, const std::string& query) {
  return {{"name", name},
          {"label", label},
          {"type", "query"},
          {"datasource", datasource()},
          {"definition", query},
          {"query", {{"query", query}, {"refId", "variable-" + name}}},
          {"refresh", 2},
          {"multi", true},
          {"includeAll", true},
          {"allValue", ".+"},
          {"sort", 1}};
}

// A run is a label of assay_run_info alone: choosing runs leaves the instances that have them.
Json variables(const std::string& series) {
  Json all = Json::array({{{"name", "datasource"},
                           {"label", "Data source"},
                           {"type", "datasource"},
                           {"query", "prometheus"}},
                          query_variable("job", "Job", "label_values(" + series + ", job)")});
  if (series != kRunSeries) {
    all.push_back(query_variable("instance", "Instance",
                                 "label_values(" + series + "{job=~\"$job\"}, instance)"));
    return all;
  }
  all.push_back(
      query_variable("run_id", "Run", "label_values(" + series + "{job=~\"$job\"}, run_id)"));
  all.push_back(
      query_variable("instance", "Instance",
                     "label_values(" + series + "{job=~\"$job\",run_id=~\"$run_id\"}, instance)"));
  all.push_back(query_variable(
      "gpu", "GPU or package",
      "label_values(assay_energy_joules_total{job=~\"$job\",instance=~\"$instance\"}, device)"));
  return all;
}

Json options_of(const Panel& panel) {
  const Json last = {{"calcs", {"lastNotNull"}}, {"fields", ""}, {"values", false}};
  if (panel.type == "stat") return {{"reduceOptions", last}, {"textMode", "value_and_name"}};
  if (panel.type == "bargauge") {
    return {{"reduceOptions", last}, {"orientation", "horizontal"}, {"displayMode", "basic"}};
  }
  if (panel.type == "timeseries") {
    return {{"legend", {{"displayMode", "list"}, {"placement", "bottom"}}},
            {"tooltip", {{"mode", "multi"}}}};
  }
  return Json::object();
}

Json targets(const Panel& panel) {
  Json all = Json::array();
  // Tables and bars show the last value, charts its course.
  const bool is_instant = panel.type == "table" || panel.type == "bargauge";
  for (size_t i = 0; i < panel.queries.size(); ++i) {
    Json target{{"refId", std::string(1, static_cast<char>('A' + i))},
                {"datasource", datasource()},
                {"expr", panel.queries[i].expression},
                {"instant", is_instant},
                {"range", !is_instant}};
    if (panel.type == "table") target["format"] = "table";
    if (!panel.queries[i].legend.empty()) target["legendFormat"] = panel.queries[i].legend;
    all.push_back(std::move(target));
  }
  return all;
}

Json panel_json(const Panel& panel, int id, int x, int y) {
  Json defaults{{"unit", panel.unit}};
  if (panel.type == "timeseries") {
    defaults["custom"] = {{"stacking", {{"mode", panel.stack ? "normal" : "none"}}},
                          {"fillOpacity", panel.stack ? 40 : 0},
                          {"spanNulls", false}};
  }
  return {{"id", id},
          {"type", panel.type},
          {"title", panel.title},
          {"description", panel.description},
          {"datasource", datasource()},
          {"gridPos", {{"x", x}, {"y", y}, {"w", panel.width}, {"h", panel.height}}},
          {"fieldConfig", {{"defaults", std::move(defaults)}, {"overrides", Json::array()}}},
          {"options", options_of(panel)},
          {"targets", targets(panel)}};
}

// Rows are filled from the left.
Json panels_json(const std::vector<Panel>& panels) {
  Json all = Json::array();
  int x = 0;
  int y = 0;
  int row_height = 0;
  for (const Panel& panel : panels) {
    if (x + panel.width > kGridWidth) {
      x = 0;
      y += row_height;
      row_height = 0;
    }
    all.push_back(panel_json(panel, static_cast<int>(all.size()) + 1, x, y));
    x += panel.width;
    row_height = std::max(row_height, panel.height);
  }
  return all;
}

}  // namespace

std::vector<Dashboard> read_dashboards(const std::filesystem::path& file) {
  const toml::table whole = toml::parse_file(file.string());
  std::vector<Dashboard> dashboards;
  for (const toml::node& node : *whole.at("dashboard").as_array()) {
    const toml::table& table = *node.as_table();
    const auto text = [&](const char* key) { return table.at(key).value<std::string>().value(); };
    Dashboard dashboard{.file = text("file"), .title = text("title"), .series = text("series")};
    for (const toml::node& panel : *table.at("panel").as_array()) {
      dashboard.panels.push_back(read_panel(*panel.as_table()));
    }
    dashboards.push_back(std::move(dashboard));
  }
  return dashboards;
}

nlohmann::ordered_json dashboard_json(const Dashboard& dashboard) {
  std::string uid = "assay-" + dashboard.file;
  std::ranges::replace(uid, '_', '-');
  const Json link{{"type", "dashboards"}, {"tags", {"assay"}},   {"title", "Assay"},
                  {"asDropdown", true},   {"includeVars", true}, {"keepTime", true}};
  return {{"id", nullptr},
          {"uid", uid},
          {"title", dashboard.title},
          {"tags", {"assay"}},
          {"schemaVersion", 38},
          {"version", 1},
          {"editable", false},
          {"timezone", "utc"},
          {"graphTooltip", 1},
          {"refresh", "30s"},
          {"time", {{"from", "now-1h"}, {"to", "now"}}},
          {"links", Json::array({link})},
          {"annotations", {{"list", Json::array()}}},
          {"templating", {{"list", variables(dashboard.series)}}},
          {"panels", panels_json(dashboard.panels)}};
}

}  // namespace assay
