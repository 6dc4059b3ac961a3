#include "report/html.h"

#include <fmt/format.h>

#include <iterator>
#include <string_view>

#include "report/build_document.h"
#include "report/claims/claims_html.h"
#include "report/html_text.h"
#include "report/svg_plot.h"
#include "report/wording.h"

namespace assay::report {
namespace {

constexpr size_t kNumColours = 8;

class HtmlWriter {
 public:
  explicit HtmlWriter(const Document& document) : document_(document) {}

  std::string write() {
    write_head();
    write_navigation();
    text_ += "<main>";
    for (const Section& section : document_.sections) write_section(section);
    text_ += verdicts_html(document_);
    text_ += "</main>";
    add("<footer><p>{}</p></footer></body></html>\n", escape(say("footer")));
    return std::move(text_);
  }

 private:
  template <class... Args>
  void add(fmt::format_string<Args...> format, Args&&... args) {
    fmt::format_to(std::back_inserter(text_), format, std::forward<Args>(args)...);
  }
  [[nodiscard]] std::string_view say(std::string_view id) const {
    return wording(document_.language, id);
  }
  [[nodiscard]] bool several() const { return document_.runs.size() > 1; }

  void write_head() {
    const bool japanese = document_.language == audit::Language::kJapanese;
    add("<!DOCTYPE html>\n<html lang=\"{}\"><head><meta charset=\"utf-8\">",
        japanese ? "ja" : "en");
    text_ +=
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
        "<meta name=\"color-scheme\" content=\"light dark\">"
        "<meta name=\"referrer\" content=\"no-referrer\">"
        "<meta http-equiv=\"Content-Security-Policy\" "
        "content=\"default-src 'none'; style-src 'unsafe-inline'\">";
    std::string names;
    for (const std::string& run : document_.runs) names += names.empty() ? run : " · " + run;
    add("<title>{}{}{}</title><style>{}{}</style></head>\n<body><header>", escape(document_.title),
        names.empty() ? "" : ": ", escape(names), html_style(),
        document_.verdicts.empty() ? std::string_view() : claims_style());
    add("<p class=\"kicker\">{}</p><h1>{}</h1><dl class=\"meta\">", escape(document_.title),
        escape(names.empty() ? std::string(say("section.verdicts")) : names));
    write_meta("generated", document_.generated_utc);
    write_meta("command", document_.command);
    write_meta("registry", document_.registry_hash);
    text_ += "</dl></header>\n";
  }

  void write_meta(std::string_view id, const std::string& value) {
    if (value.empty()) return;
    add("<div><dt>{}</dt><dd><code>{}</code></dd></div>", escape(say(id)), escape(value));
  }

  void write_navigation() {
    text_ += "<nav>";
    for (const Section& section : document_.sections) {
      add("<a href=\"#{}\">{}</a>", escape(section.key), escape(section.title));
    }
    if (!document_.verdicts.empty()) {
      add("<a href=\"#verdicts\">{}</a>", escape(say("section.verdicts")));
    }
    text_ += "</nav>\n";
  }

  void write_section(const Section& section) {
    add("<section id=\"{}\"><h2>{}</h2>", escape(section.key), escape(section.title));
    if (!section.intro.empty()) add("<p class=\"intro\">{}</p>", escape(section.intro));
    for (const LinePlot& plot : section.plots) write_plot(plot);
    for (const BarPlot& plot : section.bars) write_bars(plot);
    if (section.key == "summary" && !several()) {
      write_tiles(section);
    } else if (!section.rows.empty()) {
      write_rows(section);
    }
    if (!section.notes.empty()) {
      text_ += "<ul class=\"notes\">";
      for (const std::string& note : section.notes) add("<li>{}</li>", escape(note));
      text_ += "</ul>";
    }
    for (const TextBlock& block : section.blocks) write_block(block);
    text_ += "</section>\n";
  }

  void write_tiles(const Section& section) {
    text_ += "<div class=\"tiles\">";
    for (const Row& row : section.rows) {
      const Cell& cell = row.cells.front();
      add("<div class=\"tile\"><div class=\"label\">{}</div><div class=\"value\">",
          escape(row.label));
      write_value(cell);
      text_ += "</div>";
      if (!cell.note.empty()) add("<div class=\"note\">{}</div>", escape(cell.note));
      text_ += "</div>";
    }
    text_ += "</div>";
  }

  // What is not available says why, in the note beside it.
  void write_value(const Cell& cell) {
    if (cell.text.empty()) {
      add("<span class=\"absent\">{}</span>", escape(say("not_available")));
    } else {
      text_ += escape(cell.text);
    }
    write_provenance(cell);
  }

  void write_provenance(const Cell& cell) {
    if (!cell.provenance) return;
    const std::string_view name = to_string(*cell.provenance);
    add(" <span class=\"provenance {}\">{}</span>", name,
        escape(say(fmt::format("provenance.{}", name))));
  }

  void write_rows(const Section& section) {
    add("<div class=\"scroll\"><table class=\"figures\"><thead><tr><th scope=\"col\">{}</th>",
        escape(say("figure")));
    if (several()) {
      for (const std::string& run : document_.runs) {
        add("<th scope=\"col\">{}</th>", escape(run));
      }
    } else {
      add("<th scope=\"col\">{}</th>", escape(say("value")));
    }
    text_ += "</tr></thead><tbody>";
    for (const Row& row : section.rows) write_row(row);
    text_ += "</tbody></table></div>";
  }

  // The note stands beside the value where there is room, else below it.
  void write_row(const Row& row) {
    add("<tr><th scope=\"row\">{}</th>", escape(row.label));
    for (const Cell& cell : row.cells) {
      add("<td><div class=\"{}\"><div{}>", several() || cell.note.empty() ? "below" : "beside",
          cell.value ? " class=\"number\"" : "");
      write_value(cell);
      text_ += "</div>";
      if (!cell.note.empty()) add("<div class=\"note\">{}</div>", escape(cell.note));
      text_ += "</div></td>";
    }
    text_ += "</tr>";
  }

  void write_plot(const LinePlot& plot) {
    add("<figure><figcaption>{}</figcaption><div class=\"wide\">{}</div><div "
        "class=\"narrow\">{}</div>",
        escape(plot.title), svg_plot(plot, {.width = 760, .height = 300}),
        svg_plot(plot, {.width = 350, .height = 260}));
    text_ += "<ul class=\"legend\">";
    for (const PlotSeries& series : plot.series) {
      add("<li><span class=\"swatch c{}{}\"></span>{}</li>", series.colour % kNumColours,
          series.marks_only ? " dot" : "", escape(series.name));
    }
    for (const PlotLevel& level : plot.levels) {
      add("<li><span class=\"swatch dashed c{}\"></span>{}</li>", level.colour % kNumColours,
          escape(level.name));
    }
    text_ += "</ul></figure>";
  }

  void write_bars(const BarPlot& plot) {
    add("<figure><figcaption>{}</figcaption>", escape(plot.title));
    for (const StackedBar& bar : plot.bars) {
      if (plot.bars.size() > 1) add("<div class=\"bar-label\">{}</div>", escape(bar.label));
      text_ += "<div class=\"bar\">";
      for (size_t i = 0; i < bar.parts.size(); ++i) {
        const BarPart& part = bar.parts[i];
        if (part.share <= 0) continue;
        add("<span class=\"c{}\" style=\"flex-grow:{:.6f}\" title=\"{}: {}\"></span>",
            colour_of(part, i), part.share, escape(part.name), escape(part.text));
      }
      text_ += "</div>";
    }
    constexpr size_t kMostInLegend = 16;  // more parts repeat the colours; their titles tell them
    if (plot.bars.front().parts.size() <= kMostInLegend) write_bar_legend(plot);
    text_ += "</figure>";
  }

  static size_t colour_of(const BarPart& part, size_t index) {
    return part.colour.value_or(index) % kNumColours;
  }

  void write_bar_legend(const BarPlot& plot) {
    text_ += "<ul class=\"legend\">";
    const auto& parts = plot.bars.front().parts;
    for (size_t i = 0; i < parts.size(); ++i) {
      add("<li><span class=\"swatch c{}\"></span>{}</li>", colour_of(parts[i], i),
          escape(parts[i].name));
    }
    text_ += "</ul>";
  }

  void write_block(const TextBlock& block) {
    if (block.folded) {
      add("<details><summary>{}</summary><pre>{}</pre></details>", escape(block.label),
          escape(block.text));
    } else {
      add("<h3>{}</h3><pre class=\"prose\">{}</pre>", escape(block.label), escape(block.text));
    }
  }

  const Document& document_;
  std::string text_;
};

}  // namespace

std::string to_html(const Document& document) { return HtmlWriter(document).write(); }

}  // namespace assay::report

namespace assay {

std::string render_html(const ReportInput& input) {
  return report::to_html(report::build_document(input));
}

}  // namespace assay
