#include "report/claims/claims_html.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <string_view>
#include <utility>

#include "audit/claims/scope.h"
#include "audit/output/interval_ends.h"
#include "audit/output/number_text.h"
#include "report/claims/atlas_html.h"
#include "report/claims/claim_article.h"
#include "report/claims/range_chart.h"
#include "report/html_text.h"
#include "report/verdict_text.h"
#include "report/wording.h"

namespace assay::report {
namespace {

class ClaimsWriter {
 public:
  explicit ClaimsWriter(const ClaimsPage& page) : page_(page), place_{page.language, &page} {}

  std::string write() {
    if (page_.atlas) {
      open_section("claims", "claims.atlas");
      text_ += atlas_list_html(page_) + "</section>\n";
    } else {
      write_articles();
    }
    write_together();
    write_known_runs();
    write_scope_matrix();
    write_bibliography();
    HtmlFrame frame{.language = page_.language,
                    .kicker = say("claims.title"),
                    .title = title(),
                    .meta = {{say("command"), page_.command},
                             {say("claims.registry_version"), page_.cited_with.registry_version},
                             {say("registry"), page_.cited_with.registry_hash},
                             {say("generated"), page_.cited_with.accessed}},
                    .navigation = std::move(navigation_),
                    .script = std::string(reveal_script())};
    if (page_.atlas) frame.script += atlas_script();
    return framed_html(frame, text_);
  }

 private:
  template <class... Args>
  void add(fmt::format_string<Args...> format, Args&&... args) {
    fmt::format_to(std::back_inserter(text_), format, std::forward<Args>(args)...);
  }
  [[nodiscard]] std::string say(std::string_view id) const {
    return std::string(report::wording(page_.language, id));
  }

  [[nodiscard]] std::string title() const {
    if (page_.atlas) return say("claims.atlas");
    if (page_.verdicts.size() == 1) return page_.verdicts.front().title;
    return say("section.verdicts");
  }

  void open_section(const std::string& id, std::string_view name) {
    add("<section id=\"{}\"><h2>{}</h2>", id, escape(say(name)));
    navigation_.emplace_back(id, say(name));
  }

  void write_articles() {
    add("<section id=\"verdicts\"><h2 class=\"{}\">{}</h2>",
        page_.verdicts.size() == 1 ? "unseen" : "", escape(say("section.verdicts")));
    navigation_.emplace_back("verdicts", say("section.verdicts"));
    if (page_.verdicts.size() > 1) text_ += claims_overview_html(place_, page_.verdicts);
    const bool single = page_.verdicts.size() == 1;  // its title is the page's
    for (const Verdict& verdict : page_.verdicts) {
      add("<article id=\"claim-{}\"><h3>{} {} <span class=\"claim-id\">{}</span></h3>",
          fragment_id(verdict.claim_id), label_badge_html(page_.language, verdict),
          single ? std::string() : escape(verdict.title), escape(verdict.claim_id));
      text_ += claim_article_html(place_, verdict) + "</article>";
    }
    text_ += "</section>\n";
  }

  void write_together() {
    if (!page_.together) return;
    const audit::TotalDisclosure& total = *page_.together;
    open_section("together", "claims.together");
    RangeChart chart{.title = say("claims.together"), .unit = total.sum.unit, .logarithmic = true};
    chart.rows.push_back(estimate_row(total.sum, true));
    for (const CostEstimate& programme : total.programmes) {
      chart.rows.push_back(estimate_row(programme, false));
    }
    text_ += range_chart_html(chart);
    add("<code class=\"formula\">{}</code>", escape(total.sum.formula));
    add("<p>{}: {}</p><p>{}: {}</p></section>\n", escape(say("scope.included")),
        escape(fmt::format("{}", fmt::join(total.sum.covers, ", "))),
        escape(say("claims.not_included")),
        escape(fmt::format("{}", fmt::join(total.not_included, ", "))));
  }

  RangeRow estimate_row(const CostEstimate& one, bool strong) const {
    RangeRow row{.label = one.title.empty() ? say("claims.together") : one.title,
                 .href = {},
                 .text = one.value ? audit::readable_text(*one.value, 4) : say("not_available"),
                 .value = one.value,
                 .low = {},
                 .high = {},
                 .colour = 0,
                 .strong = strong};
    if (one.interval && audit::has_width(one.interval->low, one.interval->high)) {
      row.low = one.interval->low;
      row.high = one.interval->high;
      row.text += fmt::format(" ({}: {})", say("interval.drawn"), ends_text(*row.low, *row.high));
    }
    return row;
  }

  // Every run of the registry on one axis; those of this page stand out.
  void write_known_runs() {
    if (page_.known_runs.empty()) return;
    open_section("known-runs", "claims.known_runs");
    add("<p class=\"intro\">{}</p>", escape(say("claims.known_runs.note")));
    RangeChart chart{.title = say("implied_mfu"),
                     .unit = {},
                     .logarithmic = false,
                     .percent = true,
                     .axis_low = 0,
                     .axis_high = 0.8};
    for (const Band& band : page_.usual_mfu) {
      chart.bands.push_back({fmt::format("{} ({} – {})", band.title, audit::percent_text(band.low),
                                         audit::percent_text(band.high)),
                             band.low, band.high});
    }
    for (const KnownRun& run : page_.known_runs) {
      const bool here = page_.facts.contains(run.claim);
      chart.rows.push_back(
          {.label = run.title,
           .href = here ? "#claim-" + fragment_id(run.claim) : std::string(),
           .text = fmt::format("{} · {}", audit::percent_text(run.mfu), run.peak_name),
           .value = run.mfu,
           .low = {},
           .high = {},
           .colour = here && !page_.atlas ? 1U : 0U,
           .strong = here && !page_.atlas});
    }
    text_ += range_chart_html(chart) + "</section>\n";
  }

  void write_scope_matrix() {
    const bool any = std::any_of(page_.verdicts.begin(), page_.verdicts.end(), is_scoped);
    if (!any) return;
    open_section("scope", "claims.scope_matrix");
    add("<p class=\"intro\">{}</p><div class=\"scroll\" tabindex=\"0\" role=\"region\" "
        "aria-label=\"{}\"><table class=\"matrix\"><thead><tr><th scope=\"col\">{}</th>",
        escape(say("claims.scope_matrix.note")), escape(say("claims.scope_matrix")),
        escape(say("claim")));
    for (const std::string_view dimension : audit::kScopeDimensions) {
      add("<th scope=\"col\"><span>{}</span></th>", escape(dimension));
    }
    text_ += "</tr></thead><tbody>";
    for (const Verdict& verdict : page_.verdicts) {
      if (is_scoped(verdict)) write_scope_row(verdict);
    }
    text_ += "</tbody></table></div></section>\n";
  }

  static bool is_scoped(const Verdict& verdict) {
    return std::any_of(verdict.scope.begin(), verdict.scope.end(),
                       [](const ScopeEntry& entry) { return entry.state != "not-stated"; });
  }

  void write_scope_row(const Verdict& verdict) {
    add("<tr><th scope=\"row\"><a href=\"#claim-{}\">{}</a></th>", fragment_id(verdict.claim_id),
        escape(verdict.claim_id));
    for (const ScopeEntry& entry : verdict.scope) {
      const bool included = entry.state == "included";
      const bool excluded = entry.state == "excluded";
      add("<td class=\"{}\"><span aria-hidden=\"true\">{}</span><span class=\"unseen\">{}</span>"
          "</td>",
          included   ? "included"
          : excluded ? "excluded"
                     : "open",
          included   ? "●"
          : excluded ? "○"
                     : "·",
          escape(scope_text(page_.language, entry.state)));
    }
    text_ += "</tr>";
  }

  void write_bibliography() {
    if (page_.documents.empty()) return;
    open_section("sources", "claims.bibliography");
    text_ += "<ol class=\"sources\">";
    for (const auto& [key, source] : page_.documents) {
      add("<li id=\"source-{}\"><code>{}</code> {}<span class=\"note\">", fragment_id(key),
          escape(key), link(source.url, source.title));
      const auto part = [&](const std::string& text) { add(" · {}", escape(text)); };
      if (!source.hand.empty()) part(say("claims.hand." + source.hand));
      if (!source.published.empty()) part(filled("claims.published", source.published));
      part(source.retrieved.empty() ? say("claims.from_memory")
                                    : filled("claims.retrieved", source.retrieved));
      if (!source.copy_of.empty()) part(filled("claims.copy_of", source.copy_of));
      text_ += "</span></li>";
    }
    text_ += "</ol></section>\n";
  }

  [[nodiscard]] std::string filled(std::string_view id, const std::string& value) const {
    return fmt::format(fmt::runtime(report::wording(page_.language, id)), value);
  }

  const ClaimsPage& page_;
  ArticlePlace place_;
  std::vector<std::pair<std::string, std::string>> navigation_;
  std::string text_;
};

}  // namespace

std::string claims_html(const ClaimsPage& page) { return ClaimsWriter(page).write(); }

}  // namespace assay::report
