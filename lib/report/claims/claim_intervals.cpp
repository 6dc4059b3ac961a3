#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <string_view>
#include <utility>
#include <vector>

#include "audit/output/interval_ends.h"
#include "audit/output/number_text.h"
#include "audit/uncertainty/uncertainty_tables.h"
#include "report/claims/claim_article.h"
#include "report/claims/range_chart.h"
#include "report/html_text.h"
#include "report/verdict_text.h"
#include "report/wording.h"

namespace assay::report {
namespace {

constexpr size_t kClaimedColour = 6;
constexpr size_t kComputedColour = 0;
constexpr size_t kRoundingColour = 7;
constexpr size_t kMethodColour = 2;

// Drawn intervals on axes, what moves them, what would have to be true, and the published methods.
class IntervalWriter {
 public:
  IntervalWriter(const ArticlePlace& place, const Verdict& verdict)
      : place_(place), verdict_(verdict) {}

  std::string write() {
    std::string charts = number_charts() + mfu_chart();
    if (!charts.empty()) {
      add("<h4>{}</h4><p class=\"note\">{}</p>", escape(say("claims.intervals")),
          escape(say("claims.intervals.note")));
      text_ += charts;
    }
    write_sensitivity();
    write_methods();
    return std::move(text_);
  }

 private:
  template <class... Args>
  void add(fmt::format_string<Args...> format, Args&&... args) {
    fmt::format_to(std::back_inserter(text_), format, std::forward<Args>(args)...);
  }
  [[nodiscard]] std::string say(std::string_view id) const {
    return std::string(report::wording(place_.language, id));
  }

  [[nodiscard]] RangeRow claimed_row() const {
    RangeRow row{.label = say("claimed"),
                 .href = {},
                 .text = claimed_text(verdict_),
                 .value = verdict_.claimed->value,
                 .low = {},
                 .high = {},
                 .colour = kClaimedColour,
                 .strong = true};
    if (verdict_.claimed_to) {
      row.low = row.value;
      row.high = verdict_.claimed_to;
    }
    return row;
  }

  [[nodiscard]] RangeRow drawn_row(const UncertainNumber& number, double scale) const {
    RangeRow row{.label = number.title,
                 .href = {},
                 .text = audit::readable_text(number.value * scale, 4),
                 .value = number.value * scale,
                 .low = {},
                 .high = {},
                 .colour = kComputedColour};
    if (number.interval && audit::has_width(number.interval->low, number.interval->high)) {
      row.low = number.interval->low * scale;
      row.high = number.interval->high * scale;
      row.text += fmt::format(" ({}: {})", say("interval.drawn"), ends_text(*row.low, *row.high));
    }
    return row;
  }

  // The headline and what is computed in its unit on one axis; every other unit has its own.
  std::string number_charts() {
    std::vector<RangeChart> charts;
    const auto chart_of = [&](const std::string& unit) -> RangeChart& {
      for (RangeChart& chart : charts) {
        if (chart.unit == unit) return chart;
      }
      charts.push_back({.title = say("claims.interval_chart"), .unit = unit, .logarithmic = true});
      if (verdict_.claimed && verdict_.claimed->unit == unit) {
        charts.back().rows.push_back(claimed_row());
      }
      return charts.back();
    };
    for (const UncertainNumber& number : verdict_.uncertain) {
      if (number.id == "implied_mfu" || !number.interval) continue;
      const bool headline = number.id == "recomputed" && verdict_.recomputed && number.value != 0;
      const double scale = headline ? verdict_.recomputed->value / number.value : 1;
      RangeChart& chart = chart_of(headline ? verdict_.recomputed->unit : number.unit);
      chart.rows.push_back(drawn_row(number, scale));
      if (headline) add_rounding(chart);
    }
    std::string html;
    for (const RangeChart& chart : charts) html += range_chart_html(chart);
    return html;
  }

  void add_rounding(RangeChart& chart) const {
    const auto& bounds = verdict_.recomputed->bounds;
    if (!bounds || !audit::has_width(bounds->low, bounds->high)) return;
    chart.rows.push_back({.label = say("interval.rounding"),
                          .href = {},
                          .text = ends_text(bounds->low, bounds->high),
                          .value = {},
                          .low = bounds->low,
                          .high = bounds->high,
                          .colour = kRoundingColour});
  }

  std::string mfu_chart() {
    if (!verdict_.implied_mfu) return {};
    RangeChart chart{.title = say("implied_mfu"),
                     .unit = verdict_.implied_mfu->peak_name,
                     .logarithmic = false,
                     .percent = true,
                     .axis_low = 0,
                     .axis_high = 0.8};
    const ImpliedMfu& mfu = *verdict_.implied_mfu;
    for (const auto& [name, value] :
         {std::pair{"exact_causal", mfu.exact_causal}, std::pair{"exact_full", mfu.exact_full},
          std::pair{"six_nd", mfu.six_nd}}) {
      RangeRow row{.label = name,
                   .href = {},
                   .text = audit::percent_text(value),
                   .value = value,
                   .low = {},
                   .high = {},
                   .colour = kComputedColour,
                   .strong = std::string_view(name) == "exact_causal"};
      if (row.strong) add_mfu_interval(row);
      chart.rows.push_back(std::move(row));
    }
    return range_chart_html(chart);
  }

  void add_mfu_interval(RangeRow& row) const {
    for (const UncertainNumber& number : verdict_.uncertain) {
      if (number.id != "implied_mfu" || !number.interval) continue;
      if (!audit::has_width(number.interval->low, number.interval->high)) continue;
      row.low = number.interval->low;
      row.high = number.interval->high;
      row.text += fmt::format(" ({}: {} %)", say("interval.drawn"),
                              ends_text(100 * *row.low, 100 * *row.high));
    }
  }

  void write_sensitivity() {
    const std::vector<VerdictTable> tables = audit::uncertainty_tables(verdict_, place_.language);
    if (tables.empty()) return;
    add("<details><summary>{}</summary>", escape(say("claims.sensitivity")));
    for (const UncertainNumber& number : verdict_.uncertain) text_ += effects_chart(number);
    for (const VerdictTable& table : tables) text_ += verdict_table_html(table);
    text_ += "</details>";
  }

  // Each input alone from its 5th to its 95th percentile.
  std::string effects_chart(const UncertainNumber& number) const {
    if (number.effects.size() < 2) return {};
    RangeChart chart{.title = fmt::format("{}: {}", say("claims.moves"), number.title),
                     .unit = number.unit};
    for (const audit::InputEffect& effect : number.effects) {
      const auto [low, high] = std::minmax(effect.result_low, effect.result_high);
      chart.rows.push_back({.label = effect.name,
                            .href = {},
                            .text = ends_text(low, high),
                            .value = number.value,
                            .low = low,
                            .high = high,
                            .colour = kComputedColour});
    }
    return range_chart_html(chart);
  }

  void write_methods() {
    if (verdict_.cost_models.empty()) return;
    const bool any = std::any_of(verdict_.cost_models.begin(), verdict_.cost_models.end(),
                                 [](const CostEstimate& one) { return one.value.has_value(); });
    if (!any) return;
    add("<h4>{}</h4>", escape(say("claims.methods")));
    text_ += methods_chart();
    write_methods_table();
    write_methods_missing();
  }

  std::string methods_chart() const {
    RangeChart chart{.title = say("claims.methods.chart"), .unit = "USD", .logarithmic = true};
    if (verdict_.claimed && verdict_.claimed->unit == chart.unit) {
      chart.rows.push_back(claimed_row());
    }
    for (const CostEstimate& one : verdict_.cost_models) {
      if (!one.value || one.unit != chart.unit) continue;
      RangeRow row{.label = one.title,
                   .href = {},
                   .text = audit::readable_text(*one.value, 4),
                   .value = *one.value,
                   .low = {},
                   .high = {},
                   .colour = kMethodColour};
      if (one.interval && audit::has_width(one.interval->low, one.interval->high)) {
        row.low = one.interval->low;
        row.high = one.interval->high;
        row.text += fmt::format(" ({}: {})", say("interval.drawn"), ends_text(*row.low, *row.high));
      }
      chart.rows.push_back(std::move(row));
    }
    return chart.rows.size() > 1 ? range_chart_html(chart) : std::string();
  }

  void write_methods_table() {
    add("<details><summary>{}</summary><div class=\"scroll\" tabindex=\"0\" role=\"region\" "
        "aria-label=\"{}\"><table><thead><tr><th scope=\"col\">{}</th><th scope=\"col\">{}</th><th "
        "scope=\"col\">{}</th><th scope=\"col\">{}</th><th scope=\"col\">{}</th></tr></thead>"
        "<tbody>",
        escape(say("claims.methods.formulas")), escape(say("claims.methods")),
        escape(say("claims.method")), escape(say("value")), escape(say("claims.covers")),
        escape(say("formula")), escape(say("source")));
    for (const CostEstimate& one : verdict_.cost_models) {
      if (!one.value) continue;
      add("<tr><th scope=\"row\">{}</th><td>{} "
          "{}</td><td>{}</td><td><code>{}</code></td><td>{}</td>"
          "</tr>",
          escape(one.title), audit::readable_text(*one.value, 4), escape(one.unit),
          escape(fmt::format("{}", fmt::join(one.covers, ", "))), escape(one.formula),
          escape(one.source));
    }
    text_ += "</tbody></table></div></details>";
  }

  void write_methods_missing() {
    std::string missing;
    for (const CostEstimate& one : verdict_.cost_models) {
      if (one.value) continue;
      missing += fmt::format("{}{} ({})", missing.empty() ? "" : "; ", one.title, one.missing);
    }
    if (missing.empty()) return;
    add("<p class=\"note\">{}: {}</p>", escape(say("not_available")), escape(missing));
  }

  ArticlePlace place_;
  const Verdict& verdict_;
  std::string text_;
};

}  // namespace

std::string claim_intervals_html(const ArticlePlace& place, const Verdict& verdict) {
  return IntervalWriter(place, verdict).write();
}

}  // namespace assay::report
