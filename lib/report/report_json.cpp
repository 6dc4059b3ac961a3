#include "report/report_json.h"

#include <cmath>
#include <nlohmann/json.hpp>

#include "audit/output/verdict_json.h"

namespace assay::report {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kReportSchemaVersion = 1;

Json text_or_null(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

Json cell_json(const Row& row, const Cell& cell) {
  Json json{{"label", row.label},
            {"value", nullptr},
            {"unit", text_or_null(cell.unit)},
            {"text", text_or_null(cell.text)},
            {"provenance", nullptr},
            {"note", text_or_null(cell.note)}};
  if (cell.value && std::isfinite(*cell.value)) json["value"] = *cell.value;
  if (cell.provenance) json["provenance"] = to_string(*cell.provenance);
  return json;
}

Json run_json(const Document& document, size_t run) {
  Json json{{"run", document.runs[run]}, {"sections", Json::object()}};
  for (const Section& section : document.sections) {
    Json& figures = json["sections"][section.key] = Json::object();
    for (const Row& row : section.rows) figures[row.key] = cell_json(row, row.cells[run]);
  }
  return json;
}

Json plot_json(const LinePlot& plot) {
  Json series = Json::array();
  for (const PlotSeries& line : plot.series) {
    Json points = Json::array();
    for (const PlotPoint& point : line.points) {
      points.push_back({point.x, point.y, point.low, point.high});
    }
    series.push_back({{"name", line.name}, {"x_y_low_high", std::move(points)}});
  }
  Json levels = Json::array();
  for (const PlotLevel& level : plot.levels) {
    levels.push_back({{"name", level.name}, {"y", level.y}});
  }
  return {{"title", plot.title},
          {"x", plot.x_label},
          {"y", plot.y_label},
          {"series", std::move(series)},
          {"levels", std::move(levels)}};
}

// Plots, notes and texts of a section; they name their runs themselves.
Json section_json(const Section& section) {
  Json json{{"title", section.title},
            {"notes", section.notes},
            {"plots", Json::array()},
            {"texts", Json::object()}};
  for (const LinePlot& plot : section.plots) json["plots"].push_back(plot_json(plot));
  for (const TextBlock& block : section.blocks) json["texts"][block.label] = block.text;
  return json;
}

}  // namespace

std::string to_json(const Document& document) {
  Json json{{"schema_version", kReportSchemaVersion},
            {"registry_hash", text_or_null(document.registry_hash)},
            {"command", document.command},
            {"generated_utc", document.generated_utc},
            {"runs", Json::array()},
            {"sections", Json::object()},
            {"claims", Json::array()}};
  for (size_t run = 0; run < document.runs.size(); ++run) {
    json["runs"].push_back(run_json(document, run));
  }
  for (const Section& section : document.sections) {
    json["sections"][section.key] = section_json(section);
  }
  for (const Verdict& verdict : document.verdicts)
    json["claims"].push_back(audit::verdict_json(verdict));
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace assay::report
