#include "report/svg_plot.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <limits>

#include "report/axis.h"
#include "report/html_text.h"

namespace assay::report {
namespace {

constexpr double kLeft = 52;
constexpr double kRight = 20;
constexpr double kTop = 26;
constexpr double kBottom = 40;
constexpr size_t kNumColours = 8;

// Draws in pixels of one plot.
class Canvas {
 public:
  Canvas(const LinePlot& plot, const PlotSize& size) : plot_(plot), size_(size) {
    double x_low = std::numeric_limits<double>::infinity();
    double x_high = -x_low;
    double y_low = plot.y_from_zero ? 0 : x_low;
    double y_high = x_high;
    for (const PlotSeries& series : plot.series) {
      for (const PlotPoint& point : series.points) {
        x_low = std::min(x_low, point.x);
        x_high = std::max(x_high, point.x);
        y_low = std::min(y_low, point.y);
        y_high = std::max(y_high, point.y);
      }
    }
    for (const PlotLevel& level : plot.levels) {
      y_low = std::min(y_low, level.y);
      y_high = std::max(y_high, level.y);
    }
    constexpr double kPixelsPerTick = 90;
    x_ =
        make_axis(x_low, x_high, std::max(2, static_cast<int>(size.width / kPixelsPerTick)), false);
    y_ = make_axis(y_low, y_high, 5, true);
  }

  [[nodiscard]] double x(double value) const {
    return kLeft + x_.position(value) * (size_.width - kLeft - kRight);
  }
  // Ranges may leave the axis, which spans the means: clamped, not drawn outside.
  [[nodiscard]] double y(double value) const {
    const double at = std::clamp(y_.position(value), 0.0, 1.0);
    return size_.height - kBottom - at * (size_.height - kTop - kBottom);
  }

  std::string draw() {
    fmt::format_to(out(),
                   "<svg viewBox=\"0 0 {:.0f} {:.0f}\" width=\"{:.0f}\" height=\"{:.0f}\" "
                   "role=\"img\" aria-label=\"{}\">",
                   size_.width, size_.height, size_.width, size_.height, escape(plot_.title));
    draw_axes();
    for (const PlotLevel& level : plot_.levels) draw_level(level);
    for (const PlotSeries& series : plot_.series) {
      if (series.marks_only) continue;
      draw_band(series);
      draw_line(series);
    }
    for (const PlotSeries& series : plot_.series) {
      if (!series.marks_only) draw_strips(series);
    }
    for (const PlotSeries& series : plot_.series) {
      if (series.marks_only) draw_marks(series);
    }
    text_ += "</svg>";
    return std::move(text_);
  }

 private:
  std::back_insert_iterator<std::string> out() { return std::back_inserter(text_); }

  void draw_axes() {
    const double right = size_.width - kRight;
    const double bottom = size_.height - kBottom;
    for (const double tick : y_.ticks) {
      fmt::format_to(
          out(), "<line class=\"grid\" x1=\"{:.1f}\" y1=\"{:.1f}\" x2=\"{:.1f}\" y2=\"{:.1f}\"/>",
          kLeft, y(tick), right, y(tick));
      fmt::format_to(out(), "<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"end\">{}</text>",
                     kLeft - 6, y(tick) + 4, y_.label(tick));
    }
    for (const double tick : x_.ticks) {
      fmt::format_to(out(), "<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"middle\">{}</text>",
                     x(tick), bottom + 16, x_.label(tick));
    }
    fmt::format_to(out(),
                   "<text class=\"axis\" x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"end\">{}</text>",
                   right, bottom + 33, escape(plot_.x_label));
    fmt::format_to(out(), "<text class=\"axis\" x=\"0\" y=\"12\">{}</text>", escape(plot_.y_label));
  }

  void draw_level(const PlotLevel& level) {
    fmt::format_to(out(),
                   "<line class=\"level c{}\" x1=\"{:.1f}\" y1=\"{:.1f}\" x2=\"{:.1f}\" "
                   "y2=\"{:.1f}\"><title>{}</title></line>",
                   level.colour % kNumColours, kLeft, y(level.y), size_.width - kRight, y(level.y),
                   escape(level.name));
  }

  void draw_band(const PlotSeries& series) {
    fmt::format_to(out(), "<polygon class=\"band c{}\" points=\"", series.colour % kNumColours);
    for (const PlotPoint& point : series.points) {
      fmt::format_to(out(), "{:.1f},{:.1f} ", x(point.x), y(point.high));
    }
    for (auto point = series.points.rbegin(); point != series.points.rend(); ++point) {
      fmt::format_to(out(), "{:.1f},{:.1f} ", x(point->x), y(point->low));
    }
    text_ += "\"/>";
  }

  void draw_line(const PlotSeries& series) {
    fmt::format_to(out(), "<polyline class=\"line c{}\" points=\"", series.colour % kNumColours);
    for (const PlotPoint& point : series.points) {
      fmt::format_to(out(), "{:.1f},{:.1f} ", x(point.x), y(point.y));
    }
    text_ += "\"/>";
  }

  // One invisible strip a point, half-way to its neighbours, to hover over. Strips of several
  // lines would hide each other, so with several lines each mark its own point only.
  void draw_strips(const PlotSeries& series) {
    const auto lines = std::count_if(plot_.series.begin(), plot_.series.end(),
                                     [](const PlotSeries& s) { return !s.marks_only; });
    for (size_t i = 0; i < series.points.size(); ++i) {
      const PlotPoint& point = series.points[i];
      if (lines > 1) {
        fmt::format_to(out(), "<circle class=\"spot\" cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"5\">",
                       x(point.x), y(point.y));
        fmt::format_to(out(), "<title>{}</title></circle>", escape(point.title));
        continue;
      }
      const double here = x(point.x);
      const double from = i == 0 ? here : (x(series.points[i - 1].x) + here) / 2;
      const double to =
          i + 1 == series.points.size() ? here : (x(series.points[i + 1].x) + here) / 2;
      fmt::format_to(out(),
                     "<rect class=\"strip\" x=\"{:.1f}\" y=\"{:.0f}\" width=\"{:.1f}\" "
                     "height=\"{:.0f}\"><title>{}</title></rect>",
                     from, kTop, std::max(1.0, to - from), size_.height - kTop - kBottom,
                     escape(point.title));
    }
  }

  void draw_marks(const PlotSeries& series) {
    for (const PlotPoint& point : series.points) {
      fmt::format_to(out(),
                     "<circle class=\"mark c{}\" cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"4\">"
                     "<title>{}</title></circle>",
                     series.colour % kNumColours, x(point.x), y(point.y), escape(point.title));
    }
  }

  const LinePlot& plot_;
  PlotSize size_;
  Axis x_;
  Axis y_;
  std::string text_;
};

}  // namespace

std::string svg_plot(const LinePlot& plot, const PlotSize& size) {
  const bool drawable =
      std::any_of(plot.series.begin(), plot.series.end(),
                  [](const PlotSeries& series) { return !series.points.empty(); });
  return drawable ? Canvas(plot, size).draw() : std::string();
}

}  // namespace assay::report
