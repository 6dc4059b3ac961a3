#include "report/claims/range_chart.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>

#include "audit/output/number_text.h"
#include "report/claims/value_scale.h"
#include "report/html_text.h"

namespace assay::report {
namespace {

constexpr size_t kRangeColours = 8;

class RangeDrawing {
 public:
  explicit RangeDrawing(const RangeChart& chart) : chart_(chart), scale_(scale_of(chart)) {}

  std::string draw() {
    if (!scale_) return {};
    add("<figure class=\"ranges\"><figcaption>{}{}</figcaption><div class=\"range-rows\">",
        escape(chart_.title),
        chart_.unit.empty() ? std::string() : fmt::format(" ({})", escape(chart_.unit)));
    for (const RangeRow& row : chart_.rows) draw_row(row);
    draw_axis();
    text_ += "</div>";
    if (!chart_.bands.empty()) draw_bands_legend();
    text_ += "</figure>";
    return std::move(text_);
  }

 private:
  template <class... Args>
  void add(fmt::format_string<Args...> format, Args&&... args) {
    fmt::format_to(std::back_inserter(text_), format, std::forward<Args>(args)...);
  }

  // Every finite end that the axis can show.
  static std::optional<ValueScale> scale_of(const RangeChart& chart) {
    double low = chart.axis_low.value_or(std::numeric_limits<double>::infinity());
    double high = chart.axis_high.value_or(-std::numeric_limits<double>::infinity());
    bool any = false;
    for (const RangeRow& row : chart.rows) {
      for (const auto& end : {row.value, row.low, row.high}) {
        if (!end || !std::isfinite(*end) || (chart.logarithmic && *end <= 0)) continue;
        if (!chart.axis_low) low = std::min(low, *end);
        if (!chart.axis_high) high = std::max(high, *end);
        any = true;
      }
    }
    if (!any) return std::nullopt;
    const bool open = !chart.axis_low && !chart.axis_high;
    return ValueScale::over(low, high, chart.logarithmic, open);
  }

  [[nodiscard]] double x(double value) const { return 100 * scale_->position(value); }
  [[nodiscard]] bool shown(const std::optional<double>& value) const {
    return value && std::isfinite(*value) && (!chart_.logarithmic || *value > 0);
  }

  void draw_row(const RangeRow& row) {
    const std::string label = row.href.empty() ? escape(row.label)
                                               : fmt::format("<a href=\"{}\">{}</a>",
                                                             escape(row.href), escape(row.label));
    add("<div class=\"range-row{}\"><div class=\"range-label\">{}</div>",
        row.strong ? " strong" : "", label);
    add("<svg class=\"track c{}\" aria-hidden=\"true\">", row.colour % kRangeColours);
    for (const RangeBand& band : chart_.bands) {
      add("<rect class=\"usual\" x=\"{:.2f}%\" width=\"{:.2f}%\" y=\"0\" height=\"100%\"/>",
          x(band.low), std::max(0.0, x(band.high) - x(band.low)));
    }
    for (const double tick : scale_->ticks()) {
      add("<line class=\"grid\" x1=\"{0:.2f}%\" x2=\"{0:.2f}%\" y1=\"0\" y2=\"100%\"/>", x(tick));
    }
    if (shown(row.low) && shown(row.high)) {
      add("<line class=\"span\" x1=\"{:.2f}%\" x2=\"{:.2f}%\" y1=\"50%\" y2=\"50%\"/>", x(*row.low),
          x(*row.high));
    }
    const bool beyond = shown(row.value) && *row.value > chart_.axis_high.value_or(*row.value);
    if (shown(row.value) && !beyond) {
      add("<circle class=\"mark\" cx=\"{:.2f}%\" cy=\"50%\" r=\"{}\"/>", x(*row.value),
          row.strong ? 6 : 5);
    }
    if (beyond || (shown(row.high) && *row.high > chart_.axis_high.value_or(*row.high))) {
      text_ += "<text class=\"beyond\" x=\"100%\" y=\"17\" text-anchor=\"end\">▶</text>";
    }
    add("</svg><div class=\"range-text\">{}</div></div>", escape(row.text));
  }

  void draw_axis() {
    text_ +=
        "<div class=\"range-row range-axis\" aria-hidden=\"true\"><div></div><svg class=\"track\">";
    double last = -std::numeric_limits<double>::infinity();
    for (const double tick : scale_->ticks()) {
      constexpr double kLeastGap = 9;  // percent of a phone's width that a label takes
      const double at = x(tick);
      if (at - last < kLeastGap) continue;
      last = at;
      const char* anchor = at < 4 ? "start" : at > 96 ? "end" : "middle";
      add("<text x=\"{:.2f}%\" y=\"13\" text-anchor=\"{}\">{}</text>", at, anchor,
          chart_.percent ? fmt::format("{:.0f} %", 100 * tick) : short_number(tick));
    }
    text_ += "</svg><div></div></div>";
  }

  void draw_bands_legend() {
    text_ += "<ul class=\"legend\">";
    for (const RangeBand& band : chart_.bands) {
      add("<li><span class=\"swatch usual\"></span>{}</li>", escape(band.name));
    }
    text_ += "</ul>";
  }

  const RangeChart& chart_;
  std::optional<ValueScale> scale_;
  std::string text_;
};

}  // namespace

std::string range_chart_html(const RangeChart& chart) { return RangeDrawing(chart).draw(); }

}  // namespace assay::report
