#pragma once

#include <optional>
#include <string>
#include <vector>

#include "audit/output/language.h"
#include "audit/verdict.h"
#include "units/sourced.h"

namespace assay::report {

/// One figure or fact of one run. Every format prints `text`; JSON and CSV carry `value` too.
struct Cell {
  std::optional<double> value;  ///< in the base of `unit`
  std::string unit;
  std::string text;  ///< empty: not available, `note` says why
  std::optional<Provenance> provenance;
  std::string note;
};

/// A figure of every run, in the order of `Document::runs`.
struct Row {
  std::string key;    ///< stable name in JSON and CSV
  std::string label;  ///< in the chosen language
  std::vector<Cell> cells;
};

/// A point of a line with the range it stands for.
struct PlotPoint {
  double x = 0;
  double y = 0;
  double low = 0;
  double high = 0;
  std::string title;  ///< what hovering shows
};

/// A line, or single marks.
struct PlotSeries {
  std::string name;
  std::vector<PlotPoint> points;
  bool marks_only = false;
  size_t colour = 0;
};

/// A level that the lines are to be read against.
struct PlotLevel {
  std::string name;
  double y = 0;
  size_t colour = 0;
};

struct LinePlot {
  std::string title;
  std::string x_label;
  std::string y_label;
  bool y_from_zero = false;
  std::vector<PlotSeries> series;
  std::vector<PlotLevel> levels;
};

/// A part of a whole. `share` is its part of 1.
struct BarPart {
  std::string name;
  std::string text;  ///< its value
  double share = 0;
  std::optional<size_t> colour;  ///< its place in the bar where absent
};

struct StackedBar {
  std::string label;
  std::vector<BarPart> parts;
};

/// Bars whose parts have the same names and colours, under one legend.
struct BarPlot {
  std::string title;
  std::vector<StackedBar> bars;
};

/// A longer text of a run: a generated sample, a config.
struct TextBlock {
  std::string label;
  std::string text;
  bool folded = false;
};

struct Section {
  std::string key;
  std::string title;
  std::string intro;
  std::vector<Row> rows;
  std::vector<LinePlot> plots;
  std::vector<BarPlot> bars;
  std::vector<std::string> notes;
  std::vector<TextBlock> blocks;
};

/// A report before it gets a format: all formats print the same document, so their numbers agree.
struct Document {
  std::string title;
  std::vector<std::string> runs;  ///< names, one column each
  std::vector<Section> sections;
  std::vector<Verdict> verdicts;
  std::string verdict_caveat;  ///< what the runs cannot show about the claims; may be empty
  std::string registry_hash;
  std::string command;
  std::string generated_utc;
  audit::Language language = audit::Language::kEnglish;
};

}  // namespace assay::report
