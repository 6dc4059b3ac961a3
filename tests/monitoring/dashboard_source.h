#pragma once

#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace assay {

/// A query of a panel and what its legend says.
struct PanelQuery {
  std::string expression;
  std::string legend;
};

/// A panel of a dashboard; `type` is Grafana's name of it.
struct Panel {
  std::string title;
  std::string description;
  std::string type;
  std::string unit;
  bool stack = false;
  int width = 0;
  int height = 0;
  std::vector<PanelQuery> queries;
};

/// A dashboard as configs/grafana/dashboards.toml describes it.
struct Dashboard {
  std::string file;
  std::string title;
  std::string series;  ///< whose labels fill the job and instance variables
  std::vector<Panel> panels;
};

/// Reads dashboards.toml; `{@` in a query becomes the job and instance matchers.
std::vector<Dashboard> read_dashboards(const std::filesystem::path& file);

/// The dashboard as Grafana provisions it.
nlohmann::ordered_json dashboard_json(const Dashboard& dashboard);

}  // namespace assay
